using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>What a job refers to in the blob store, apart from the maps in its outcomes.</summary>
/// <param name="Images">The list of images.</param>
/// <param name="Model">The model.</param>
/// <param name="Baselines">The baselines.</param>
/// <param name="Active">Images under way, whose aggregators may refer to a checkpoint.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobBlobs")]
public sealed record JobBlobs(
    [property: Id(0)] ManifestReference Images, [property: Id(1)] string Model, [property: Id(2)] string[] Baselines, [property: Id(3)] int[] Active)
{
    /// <summary>Gets the outcome of the only image of a job of one, where the job keeps it itself.</summary>
    [Id(4)] public ImageOutcome? Only { get; init; }

    /// <summary>Gets when the job ended; null while it goes on, or is about to.</summary>
    [Id(5)] public DateTimeOffset? Ended { get; init; }
}
