using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Retention;

/// <summary>A page of a tenant's list of jobs or evaluations.</summary>
/// <param name="Kind">What it lists.</param>
/// <param name="Tenant">Who owns that.</param>
/// <param name="Grain">The page.</param>
internal sealed record WorkPage(WorkKind Kind, string Tenant, IJobIndexPageGrain Grain)
{
    /// <summary>Names the work on it.</summary>
    public IEnumerable<WorkKey> Of(JobIndexPageRecord page) => page.Ids.Where(id => id.Length > 0).Select(id => new WorkKey(Kind, Tenant, id));
}

/// <summary>Every job and evaluation of every tenant, in the pages of their lists: what has ended is known there and is not woken.</summary>
internal sealed class StoredWork(IGrainFactory grains, ILogger logger)
{
    /// <summary>Lists the pages as they are now.</summary>
    public async IAsyncEnumerable<WorkPage> PagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var tenant in await grains.GetGrain<ITenantListGrain>(GrainKeys.Single).ListAsync())
        {
            ct.ThrowIfCancellationRequested();
            foreach (var page in await grains.GetGrain<IJobIndexGrain>(tenant).PagesAsync()) yield return new(WorkKind.Job, tenant, Page(page));
            foreach (var page in await grains.GetGrain<IEvaluationIndexGrain>(tenant).PagesAsync()) yield return new(WorkKind.Evaluation, tenant, Page(page));
        }
    }

    /// <summary>Removes what ended before a time, with its outcomes or reports, and returns how many that were.</summary>
    /// <remarks>One that cannot be reached or removed is told and keeps no other from being removed; the next sweep tries it again.</remarks>
    public Task<int> RemoveEndedAsync(DateTimeOffset before, CancellationToken ct) => RemoveAsync(before, _ => Task.FromResult(true), ct);

    /// <summary>Removes the jobs of those who just looked that ended before a time, and returns how many that were.</summary>
    /// <remarks><inheritdoc cref="RemoveEndedAsync" path="/remarks"/></remarks>
    public Task<int> RemoveViewedAsync(DateTimeOffset before, CancellationToken ct) => RemoveAsync(before, IsViewedAsync, ct);

    private async Task<int> RemoveAsync(DateTimeOffset before, Func<WorkKey, Task<bool>> isMeant, CancellationToken ct)
    {
        var removed = 0;
        await foreach (var page in PagesAsync(ct))
        {
            var known = await page.Grain.LookAsync();
            foreach (var work in page.Of(known))
            {
                ct.ThrowIfCancellationRequested();
                try
                {
                    if (!await isMeant(work)) continue;
                    var ended = known.Ended.TryGetValue(work.Id, out var at) ? at : await EndedAsync(work);
                    if (ended < before && await RemoveAsync(work)) removed++;
                }
                catch (Exception error) when (!ct.IsCancellationRequested)
                {
                    logger.WorkNotRemoved(LogName.Of(work), error);
                }
            }
        }
        return removed;
    }

    // The id says of nearly all work, without waking it, that it is none; users may choose such an id too.
    private async Task<bool> IsViewedAsync(WorkKey work)
    {
        if (work.Kind != WorkKind.Job || !work.Id.StartsWith(GrainKeys.ViewedJob, StringComparison.Ordinal)) return false;
        try
        {
            return (await grains.GetGrain<IJobGrain>(work.Grain).GetAsync()).IsViewing;
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            return false;
        }
    }

    private async Task<DateTimeOffset?> EndedAsync(WorkKey work) => work.Kind == WorkKind.Job
        ? (await grains.GetGrain<IJobWorkGrain>(work.Grain).GetBlobsAsync())?.Ended
        : (await grains.GetGrain<IEvaluationWorkGrain>(work.Grain).GetBlobsAsync())?.Ended;

    private async Task<bool> RemoveAsync(WorkKey work)
    {
        try
        {
            await (work.Kind == WorkKind.Job ? grains.GetGrain<IJobGrain>(work.Grain).DeleteAsync() : grains.GetGrain<IEvaluationGrain>(work.Grain).DeleteAsync());
            return true;
        }
        catch (SaliencyException error) when (error.Code is "SAL3002" or "SAL3007")
        {
            // A user was faster: deleted it, or retried its failed images.
            return false;
        }
    }

    private IJobIndexPageGrain Page(string key) => grains.GetGrain<IJobIndexPageGrain>(key);
}
