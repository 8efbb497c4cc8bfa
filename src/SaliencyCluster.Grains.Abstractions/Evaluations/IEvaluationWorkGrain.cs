namespace SaliencyCluster.Grains.Abstractions.Evaluations;

/// <summary>What the supervisor and an evaluation's own run see of it; the key is the same as that of <see cref="IEvaluationGrain"/>.</summary>
[Version(3), Alias("saliency.v1.IEvaluationWorkGrain")]
public interface IEvaluationWorkGrain : IGrainWithStringKey
{
    /// <summary>Wakes it after a crash; returns false when it has ended and needs no waking any more. Safe to repeat.</summary>
    [Alias("EnsureRunning")]
    Task<bool> EnsureRunningAsync();

    /// <summary>Gets what it holds of its tenant's limits; null where there is no such evaluation.</summary>
    [Alias("GetUsage")]
    Task<Quotas.JobUsage?> GetUsageAsync();

    /// <summary>Takes note that a batch is about to become a job, which is removed whatever becomes of the run; stored on return. Safe to repeat.</summary>
    /// <param name="run">Which run asks.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="removed">Batches whose jobs are removed.</param>
    /// <returns>False when another run, or none, is wanted: the caller must end.</returns>
    [Alias("Open")]
    Task<bool> OpenAsync(Guid run, string batch, string[] removed);

    /// <summary>Takes the blob of a batch's answer; stored on return. Safe to repeat.</summary>
    /// <param name="run">Which run gives it.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="blob">The answer.</param>
    /// <returns>False when another run, or none, is wanted: the caller must end.</returns>
    [Alias("Keep")]
    Task<bool> KeepAsync(Guid run, string batch, string blob);

    /// <summary>Names the blobs that it refers to, those of its images and of its batches not among them, and the jobs of its batches under way.</summary>
    [Alias("GetBlobs")]
    Task<EvaluationBlobs?> GetBlobsAsync();
}

/// <summary>What an evaluation refers to.</summary>
/// <param name="Images">The list of images.</param>
/// <param name="Own">Models, answers and report.</param>
/// <param name="Batches">Jobs of batches that are under way or whose maps are still needed.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.EvaluationBlobs")]
public sealed record EvaluationBlobs(
    [property: Id(0)] Blobs.ManifestReference Images, [property: Id(1)] string[] Own, [property: Id(2)] string[] Batches)
{
    /// <summary>Gets when the evaluation ended; null while it goes on.</summary>
    [Id(3)] public DateTimeOffset? Ended { get; init; }
}
