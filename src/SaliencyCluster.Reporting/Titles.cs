using SaliencyCluster.Evaluation.Metrics.Similarity;

namespace SaliencyCluster.Reporting;

/// <summary>What measures and checks are called in reports, and which way is better.</summary>
internal static class Titles
{
    /// <summary>One row of the table of all measures.</summary>
    /// <param name="Check">The check.</param>
    /// <param name="Measure">The measure.</param>
    /// <param name="Title">Its title.</param>
    /// <param name="Reading">How to read it.</param>
    public sealed record Row(string Check, string Measure, string Title, string Reading);

    /// <summary>Gets the titles of checks.</summary>
    public static IReadOnlyDictionary<string, string> Checks { get; } = new Dictionary<string, string>
    {
        ["randomization"] = "All layers random",
        ["smoothed-randomization"] = "All layers random, map averaged over noise",
        ["data-randomization"] = "Model trained on shuffled labels",
        ["random-logit"] = "Another class explained",
        ["insertion-deletion"] = "Insertion and deletion",
        ["pixel-flipping"] = "Pixel flipping",
        ["road"] = "ROAD",
        ["infidelity"] = "Infidelity",
        ["sensitivity"] = "Robustness",
        ["localization"] = "Place",
        ["map"] = "The map alone",
    };

    /// <summary>Gets the rows in the order of the table.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
    [
        .. from check in new[] { "randomization", "smoothed-randomization", "data-randomization", "random-logit" }
           from measure in SimilarityMetrics.All
           select new Row(check, measure.Name, measure.Title, "1: the same map as before; low: it reacts"),
        new("randomization", "entropy-rise", "Entropy rise (efficient MPRT)", "high: the map dissolves"),
        new("randomization", "same-class", "Same class explained", "share of images"),
        new("insertion-deletion", "deletion-auc", "Deletion AUC", "low: its pixels matter"),
        new("insertion-deletion", "insertion-auc", "Insertion AUC", "high: its pixels suffice"),
        new("pixel-flipping", "area-over-curve", "Mean fall of the logit", "high: its pixels matter"),
        new("road", "accuracy-strongest-removed", "Accuracy, strongest removed", "low: its pixels matter"),
        new("road", "accuracy-weakest-removed", "Accuracy, weakest removed", "high: the rest does not matter"),
        new("infidelity", "infidelity-scaled", "Infidelity, scaled", "0: it tells every effect; 1: none"),
        new("infidelity", "infidelity", "Infidelity", "low; compares maps in units of the score only"),
        new("sensitivity", "sensitivity-max", "Sensitivity-max", "low: stable"),
        new("localization", "mass-accuracy", "Mass on the object", "share of the map"),
        new("localization", "rank-accuracy", "Strongest pixels on the object", "share of the object"),
        new("localization", "pointing-game", "Strongest pixel on the object", "share of images"),
        new("localization", "detection-iou", "Detection and its box", "area shared over area covered"),
        new("map", "sparseness", "Sparseness (Gini)", "0: even; near 1: few pixels"),
        new("map", "entropy", "Entropy", "low: simple"),
        new("map", "edge-spearman", "Likeness to Sobel edges", "1: ranks as an edge detector does"),
        new("map", "completeness-gap", "Completeness gap", "0: adds up"),
    ];

    /// <summary>The short name of a similarity measure.</summary>
    public static string Short(string measure) => SimilarityMetrics.All.FirstOrDefault(m => m.Name == measure)?.Title ?? measure;
}
