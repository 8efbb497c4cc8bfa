using System.Text.Json.Serialization;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>
/// A request with every default filled in and every value checked against the model: the complete recipe of the answer.
/// Equal resolved requests on the same image give the same bytes on any cluster. Round-trips through System.Text.Json.
/// </summary>
/// <param name="Options">The request with all options that the method reads set; the target is <c>predicted</c> or indices.</param>
/// <param name="Model">What is known of the model.</param>
/// <param name="Labels">Class names, or empty.</param>
/// <param name="MicroBatch">Points per session run; part of the recipe, since it changes the last bits of floats.</param>
/// <param name="ShardPoints">Points per shard, a power of two times <paramref name="MicroBatch"/> unless asked otherwise.</param>
public sealed record ResolvedRequest(
    [property: JsonPropertyName("Asked")] ExplanationRequest Options, ModelSummary Model, IReadOnlyList<string> Labels, int MicroBatch, int ShardPoints)
{
    /// <summary>Gets how copies of the image are changed, where the network's outputs at these are asked for instead of a map.</summary>
    public Perturbation? Perturbation { get; init; }

    /// <summary>Asks for the network's outputs at changed copies of an image: one shard, whose answer is <c>[copies, outputs]</c>.</summary>
    /// <exception cref="RequestException">SAL2005: more copies or outputs than may be kept.</exception>
    public static ResolvedRequest ForOutputs(ModelSummary model, IReadOnlyList<string> labels, Perturbation perturbation, RequestBounds? bounds = null)
    {
        var bytes = Saturated.Product(sizeof(float), perturbation.Count, RequestCost.OutputElements(model, [RequestCost.FreeSize]));
        var errors = (bounds ?? RequestBounds.Default).Errors(new(perturbation.Count, bytes, 0)).ToList();
        return errors.Count == 0 ? Outputs(model, labels, perturbation) : throw new RequestException(errors);
    }

    private static ResolvedRequest Outputs(ModelSummary model, IReadOnlyList<string> labels, Perturbation perturbation) => new(
        new() { Method = "gradient", Target = TargetSpec.Predicted, Score = "logit" }, model, labels, WorkSize.MicroBatch(model, perturbation.Count), perturbation.Count)
    {
        Perturbation = perturbation,
        PlannedPoints = perturbation.Count,
    };

    /// <summary>Gets the bounds where they are not the default and the model takes images of any size: then each image is checked as well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestBounds? Bounds { get; init; }

    /// <summary>Gets how the model's outputs are read as detections, where one of these is explained; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DetectionHead? Head { get; init; }

    /// <summary>What the own target of an image begins with, where it is a box of an object: the detection that shares most with it is
    /// explained.</summary>
    public const string BoxPrefix = "box:";

    /// <summary>Makes the request for an image that has a target of its own.</summary>
    /// <param name="own">Indices or <c>predicted</c>; or <see cref="BoxPrefix"/> and a box in pixels of the model's input, with its class
    /// if it has one, of a request that explains detections; null for the request's own.</param>
    public ResolvedRequest For(string? own)
    {
        if (own is null) return this;
        if (Head is null) return this with { Options = Options with { Target = own } };
        return own.StartsWith(BoxPrefix, StringComparison.Ordinal)
            ? this with { Options = Options with { Box = own[BoxPrefix.Length..], Detection = null } }
            : this with { Head = null, Options = Options with { Target = own, Box = null, Detection = null } };
    }

    /// <summary>Gets how many points one image takes when nothing stops it early, the probe not among them.</summary>
    public int PlannedPoints { get; init; }
}
