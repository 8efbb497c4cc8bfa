using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Quotas;

/// <summary>Keeps what a part of a tenant's jobs holds; the key is <c>tenant/part</c>. Every call is durable on return and safe to repeat.</summary>
[Version(1), Alias("saliency.v1.IUsageShardGrain")]
internal interface IUsageShardGrain : IGrainWithStringKey
{
    /// <summary>Keeps what a job holds, or forgets it, and returns the sum of all jobs of this part.</summary>
    [Alias("Set")]
    Task<TenantUsage> SetAsync(string jobId, JobUsage? usage);

    /// <summary>Gets the sum of all jobs of this part.</summary>
    [Alias("Sum")]
    Task<TenantUsage> SumAsync();

    /// <summary>Gets the ids of the jobs that have not ended.</summary>
    [Alias("Unfinished")]
    Task<IReadOnlyList<string>> UnfinishedAsync();
}
