namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>Counts what a tenant holds; the key is the tenant.</summary>
/// <remarks>
/// Lives on gateway silos. Jobs and evaluations are counted with absolute numbers as long as they are open, so every call may be repeated, and
/// nothing is counted twice or left over after a crash: work that is counted and does not exist is noticed before anybody is refused for it.
/// </remarks>
[Version(2), Alias("saliency.v1.ITenantUsageGrain")]
public interface ITenantUsageGrain : IGrainWithStringKey
{
    /// <summary>Counts work that is about to be stored or taken up again, or refuses it. From then on it is looked after.</summary>
    /// <param name="work">A <see cref="Keys.WorkKey"/>; the version before gives the id of a job.</param>
    /// <param name="usage">What it will hold.</param>
    /// <param name="limits">What its tenant may hold.</param>
    /// <param name="held">The bytes that it holds as ended work, which become part of <paramref name="usage"/>.</param>
    /// <exception cref="Onnx.SaliencyException">SAL3010 points, SAL3011 bytes, SAL3012 jobs: the tenant would hold more than its limits.</exception>
    [Alias("Admit")]
    Task AdmitAsync(string work, JobUsage usage, TenantLimits limits, long held = 0);

    /// <summary>Takes note of what a job holds now, or that it is deleted, for gateways of the version before.</summary>
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
