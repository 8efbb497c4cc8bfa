using System.Text.Json.Serialization;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>What a method may look at: the resolved request, the image, and what the probe of the image said.</summary>
/// <param name="Request">The request with every default filled in.</param>
/// <param name="Image">The preprocessed image.</param>
/// <param name="ImageIndex">The image's index within its job; keys the noise.</param>
/// <param name="Baselines">The baselines, resolved; at least one.</param>
/// <param name="Probe">What the forward passes of round 0 said.</param>
public sealed record MethodContext(
    ResolvedRequest Request, Tensor Image, uint ImageIndex, IReadOnlyList<Tensor> Baselines, ProbeResult Probe)
{
    /// <summary>Gets the request's options, every one that the method reads set.</summary>
    public ExplanationRequest Options => Request.Options;

    /// <summary>Gets the tensors that were sent with the request: baselines, and behind them segments.</summary>
    public IReadOnlyList<Tensor> Stored { get; init; } = [];

    /// <summary>Gets the first baseline.</summary>
    public Tensor Baseline => Baselines[0];
}

/// <summary>What the probe of an image said.</summary>
/// <param name="Target">The target, resolved: <c>predicted</c> has become an index.</param>
/// <param name="Label">The target's label, where the model has labels and the target is one class.</param>
/// <param name="ImageScore">Score of the image.</param>
/// <param name="BaselineScores">Score of each baseline; empty for methods that read none.</param>
public sealed record ProbeResult(string Target, string? Label, float ImageScore, IReadOnlyList<float> BaselineScores)
{
    /// <summary>Gets the detection whose class score is explained; null where none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Detection? Detection { get; init; }

    /// <summary>Gets what is like that detection in other images; null where none is explained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DetectionSimilarity? Similarity { get; init; }
}
