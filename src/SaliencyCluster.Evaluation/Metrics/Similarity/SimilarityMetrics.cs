namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>The similarity measures of the randomisation tests, as Adebayo et al., 2018 (https://arxiv.org/abs/1810.03292) use them.</summary>
/// <remarks>
/// Ranks are taken without the authors' cut at the 99th percentile, which ties the strongest pixels of a map with each other.
/// The paper correlates gradient histograms by Pearson's coefficient, the authors' code by Spearman's: both are here.
/// </remarks>
public static class SimilarityMetrics
{
    /// <summary>Gets all measures in the order of reports.</summary>
    public static IReadOnlyList<SimilarityMetric> All { get; } =
    [
        new("spearman-abs", "Spearman, absolute", "ranks of magnitudes summed over channels",
            (a, b) => Correlation.Pearson(MapFeatures.Of(a).MagnitudeRanks, MapFeatures.Of(b).MagnitudeRanks)),
        new("spearman", "Spearman, signed", "ranks of signed values summed over channels",
            (a, b) => Correlation.Pearson(MapFeatures.Of(a).SignedRanks, MapFeatures.Of(b).SignedRanks)),
        new("ssim", "SSIM", "local means, variances and covariance of maps scaled to [0,1]", StructuralSimilarity.OfMaps),
        new("hog-pearson", "HOG, Pearson", "directions of edges in the map", (a, b) => Correlation.Pearson(MapFeatures.Of(a).Gradients, MapFeatures.Of(b).Gradients)),
        new("hog-spearman", "HOG, Spearman", "directions of edges in the map", (a, b) => Correlation.Spearman(MapFeatures.Of(a).Gradients, MapFeatures.Of(b).Gradients)),
    ];
}
