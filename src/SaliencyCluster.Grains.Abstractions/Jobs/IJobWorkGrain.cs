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
