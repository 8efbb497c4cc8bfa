using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Lists a tenant's jobs.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.job-index")]
internal sealed class JobIndexGrain([PersistentState("index", GrainStorage.Provider)] IPersistentState<JobIndexRecord> record)
    : WorkIndexGrain<JobStatus>(record), IJobIndexGrain
{
    protected override string Pages => Tenant;

    public async Task<JobPage> ListAsync(int size, string? token = null, JobFilter? filter = null)
    {
        var (jobs, next) = await base.ListAsync(size, token, job => !job.IsViewing && filter?.Fits(job) != false);
        return new(jobs, next);
    }

    protected override Task<JobStatus> GetAsync(string id) => GrainFactory.GetGrain<IJobGrain>(new JobKey(Tenant, id).ToString()).GetAsync();

    protected override int? PageOf(JobStatus status) => status.ListedOn;
}
