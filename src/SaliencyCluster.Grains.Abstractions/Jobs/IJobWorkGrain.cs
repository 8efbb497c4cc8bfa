using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>What the aggregators and the supervisor see of a job; the key is the same as that of <see cref="IJobGrain"/>.</summary>
[Version(2), Alias("saliency.v1.IJobWorkGrain")]
public interface IJobWorkGrain : IGrainWithStringKey
{
    /// <summary>Takes the outcome of an image; stored on return. Safe to repeat: a second outcome of one try changes nothing.</summary>
    /// <param name="outcome">The outcome; that of an earlier try is dropped.</param>
    [Alias("Complete")]
    Task CompleteAsync(ImageOutcome outcome);

    /// <summary>Gets what the job holds of its tenant's limits; null where there is no such job.</summary>
    [Alias("GetUsage")]
    Task<JobUsage?> GetUsageAsync();

    /// <summary>Wakes the job after a crash; returns false when it has ended and needs no waking any more. Safe to repeat.</summary>
    [Alias("EnsureRunning")]
    Task<bool> EnsureRunningAsync();

    /// <summary>Says what the job refers to in the blob store; null where there is no such job.</summary>
    [Alias("GetBlobs")]
    Task<JobBlobs?> GetBlobsAsync();
}

/// <summary>What a job refers to in the blob store, apart from the maps in its outcomes.</summary>
/// <param name="Images">The list of images.</param>
/// <param name="Model">The model.</param>
/// <param name="Baselines">The baselines, and what requests leave out of their model.</param>
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
