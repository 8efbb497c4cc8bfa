using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>
/// A request with every default filled in and every value checked against the model: the complete recipe of the answer.
/// Equal resolved requests on the same image give the same bytes on any cluster. Round-trips through System.Text.Json.
/// </summary>
/// <param name="Asked">The request with all options that the method reads set; the target is <c>predicted</c> or indices.</param>
/// <param name="Model">What is known of the model.</param>
/// <param name="Labels">Class names, or empty.</param>
/// <param name="MicroBatch">Points per session run; part of the recipe, since it changes the last bits of floats.</param>
/// <param name="ShardPoints">Points per shard, a power of two times <paramref name="MicroBatch"/> unless asked otherwise.</param>
public sealed record ResolvedRequest(
    ExplanationRequest Asked, ModelSummary Model, IReadOnlyList<string> Labels, int MicroBatch, int ShardPoints)
{
    /// <summary>Gets how many points one image takes when nothing stops it early, the probe not among them.</summary>
    public int PlannedPoints { get; init; }
}
