using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution.Evidence.Maps;

namespace SaliencyCluster.Attribution.Evidence.Similarity;

/// <summary>The similarity measures of the randomisation tests, as Adebayo et al., 2018 (https://arxiv.org/abs/1810.03292) use them.</summary>
/// <remarks>
/// Ranks are taken without the authors' cut at the 99th percentile, which ties the strongest pixels of a map with each other.
/// The paper correlates gradient histograms by Pearson's coefficient, the authors' code by Spearman's: both are here.
/// </remarks>
public static class SimilarityMeasures
{
    private static readonly ConditionalWeakTable<Tensor, double[]> Histograms = [];

    /// <summary>Gets all measures in the order of reports.</summary>
    public static IReadOnlyList<SimilarityMeasure> All { get; } =
    [
        new("spearman-abs", "Spearman, absolute", "ranks of magnitudes summed over channels",
            (a, b) => Correlation.Spearman(MapView.Magnitude(a).Values, MapView.Magnitude(b).Values)),
        new("spearman", "Spearman, signed", "ranks of signed values summed over channels",
            (a, b) => Correlation.Spearman(MapView.Signed(a).Values, MapView.Signed(b).Values)),
        new("ssim", "SSIM", "local means, variances and covariance of maps scaled to [0,1]", StructuralSimilarity.OfMaps),
        new("hog-pearson", "HOG, Pearson", "directions of edges in the map", (a, b) => Correlation.Pearson(Hog(a), Hog(b))),
        new("hog-spearman", "HOG, Spearman", "directions of edges in the map", (a, b) => Correlation.Spearman(Hog(a), Hog(b))),
    ];

    // Two measures read them, and those of the trained model's map are read once more for every other model.
    private static double[] Hog(Tensor map) => Histograms.GetValue(map, static m =>
    {
        var (_, height, width) = MapView.SizeOf(m);
        return HogFeatures.Of(MapView.Scaled(m), HogOptions.For(height, width));
    });
}
