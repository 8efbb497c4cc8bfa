using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>The result of a run: the map of one image and everything that is known of it.</summary>
/// <param name="Estimate">The map and how good it is.</param>
/// <param name="Target">The target, resolved, such as <c>3</c>.</param>
/// <param name="Label">The target's label, where there is one.</param>
/// <param name="Score">Score of the image for the target.</param>
/// <param name="BaselineScore">Mean score of the baselines, for methods that read them.</param>
/// <param name="Points">Points that the method's rounds evaluated.</param>
/// <param name="ProbePoints">Forward passes of the probe.</param>
/// <param name="Parameters">Every option that the method read, as resolved, by name.</param>
public sealed record Explanation(
    MapEstimate Estimate, string Target, string? Label, float Score, float? BaselineScore, int Points, int ProbePoints,
    IReadOnlyDictionary<string, object?> Parameters)
{
    /// <summary>Gets which tensor was explained, in words: logits before which operator, or an output as it is.</summary>
    public string? Explained { get; init; }

    /// <summary>Gets the detection whose class score is explained; null where none is.</summary>
    public Detection? Detection { get; init; }

    /// <summary>Gets the layout in which users get the map: the model's own for one of the image's shape. <see cref="Estimate"/> itself is channels first.</summary>
    public ImageLayout MapLayout { get; init; }

    /// <summary>Gets what whoever reads the map must be told, such as that it is zero everywhere; empty mostly.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
