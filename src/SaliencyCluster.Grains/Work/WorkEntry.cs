using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Work;

/// <summary>
/// A job or an evaluation in the list and in the counts of its tenant. It is counted and listed before it is stored: whatever is stored is found,
/// looked after and kept by the collector, and what was not stored in the end is taken away again.
/// </summary>
internal sealed class WorkEntry(IGrainFactory grains, WorkKey key)
{
    private IOpenWorkGrain Open => grains.GetGrain<IOpenWorkGrain>(key.Part.ToString(CultureInfo.InvariantCulture));

    private IJobIndexGrain Jobs => grains.GetGrain<IJobIndexGrain>(key.Tenant);

    private IEvaluationIndexGrain Evaluations => grains.GetGrain<IEvaluationIndexGrain>(key.Tenant);

    /// <summary>Counts it, or refuses it.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3010 to SAL3012.</exception>
    public Task AdmitAsync(JobUsage usage, JobAdmission? admission, long held = 0) =>
        grains.GetGrain<ITenantUsageGrain>(key.Tenant).AdmitAsync(key.ToString(), usage, admission?.Limits ?? TenantLimits.None, held);

    /// <summary>Takes note of what it holds now.</summary>
    public Task CountAsync(JobUsage usage) => usage.HasEnded ? Open.CloseAsync(key.ToString(), usage.StoredBytes) : Open.UpdateAsync(key.ToString(), usage);

    /// <summary>Lists it and returns the page.</summary>
    public Task<int> ListAsync() => key.Kind == WorkKind.Job ? Jobs.AddAsync(key.Id) : Evaluations.AddAsync(key.Id);

    /// <summary>Gives back what it holds and has it looked after until its deletion is over.</summary>
    public Task ReleaseAsync(JobUsage held) => Open.OpenAsync(key.ToString(), new(HasEnded: true, 0, 0), held.StoredBytes);

    /// <summary>Takes it out of the list.</summary>
    public Task UnlistAsync(int? page) => key.Kind == WorkKind.Job ? Jobs.RemoveAsync(key.Id, page) : Evaluations.RemoveAsync(key.Id, page);

    /// <summary>Takes note that it goes on after its end.</summary>
    public Task ReopenAsync(int? page) => Jobs.ReopenAsync(key.Id, page);

    /// <summary>Stops looking after what is not there.</summary>
    public Task ForgetAsync() => Open.CloseAsync(key.ToString(), 0);

    /// <summary>Gets what logs call it.</summary>
    public string InLog => LogName.Of(key);
}
