namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>Counts what a tenant holds; the key is the tenant.</summary>
/// <remarks>
/// Lives on gateway silos. What it counts is stored per job with absolute numbers, so every call may be repeated, and nothing is
/// counted twice or left over after a crash: a job that is counted and does not exist is noticed before anybody is refused for it.
/// </remarks>
[Version(1), Alias("saliency.v1.ITenantUsageGrain")]
public interface ITenantUsageGrain : IGrainWithStringKey
{
    /// <summary>Counts a job that is about to be stored, or refuses it.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3010 points, SAL3011 bytes, SAL3012 jobs: the tenant would hold more than its limits.</exception>
    [Alias("Admit")]
    Task AdmitAsync(string jobId, JobUsage usage, TenantLimits limits);

    /// <summary>Takes note of what a job holds now; null when it is deleted.</summary>
    [Alias("Set")]
    Task SetAsync(string jobId, JobUsage? usage);

    /// <summary>Gets what the tenant holds.</summary>
    [Alias("Get")]
    Task<TenantUsage> GetAsync();

    /// <summary>Gets how many bytes the tenant may still store.</summary>
    /// <returns>Null without a limit; 0 when nothing fits.</returns>
    [Alias("GetRoom")]
    Task<long?> GetRoomAsync(TenantLimits limits);
}
