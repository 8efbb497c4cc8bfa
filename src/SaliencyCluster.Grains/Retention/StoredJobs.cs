using System.Runtime.CompilerServices;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Retention;

/// <summary>Every job of every tenant.</summary>
internal sealed class StoredJobs(IGrainFactory grains)
{
    private const int PageSize = 200;

    /// <summary>Lists the jobs as they are now; those submitted meanwhile may be left out.</summary>
    public async IAsyncEnumerable<JobStatus> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var tenant in await grains.GetGrain<ITenantListGrain>(GrainKeys.Single).ListAsync())
        {
            var index = grains.GetGrain<IJobIndexGrain>(tenant);
            string? token = null;
            do
            {
                ct.ThrowIfCancellationRequested();
                var page = await index.ListAsync(PageSize, token);
                foreach (var job in page.Jobs) yield return job;
                token = page.NextToken;
            }
            while (token is not null);
        }
    }

    /// <summary>Removes the jobs that ended before a time, with their outcomes, and returns how many.</summary>
    public async Task<int> RemoveEndedAsync(DateTimeOffset before, CancellationToken ct)
    {
        var removed = 0;
        await foreach (var job in ListAsync(ct))
        {
            if (!job.IsFinal || job.Finished >= before) continue;
            try
            {
                await grains.GetGrain<IJobGrain>(new JobKey(job.Tenant, job.Id).ToString()).DeleteAsync();
                removed++;
            }
            catch (SaliencyException error) when (error.Code is "SAL3002" or "SAL3007")
            {
                // A user was faster: deleted it, or retried its failed images.
            }
        }
        return removed;
    }
}
