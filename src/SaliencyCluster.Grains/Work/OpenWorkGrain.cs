using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Grains.Work;

/// <summary>Keeps its part in one row, whose size depends on what is open and not on what has ended. To wake work that lives costs nothing.</summary>
[PlaceOnRole(Roles.Gateway), KeepAlive, Reentrant]
[GrainType("saliency.open-work")]
internal sealed class OpenWorkGrain(
    [PersistentState("work", GrainStorage.Provider)] IPersistentState<OpenWorkRecord> record, TimeProvider time,
    ILogger<OpenWorkGrain> logger)
    : DurableGrain<OpenWorkRecord>(record), IOpenWorkGrain
{
    private const int WakesAtOnce = 16;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private readonly UnreachedWork _unreached = new(Period, time);

    private IEnumerable<string> Unfinished => State.Open.Where(w => !w.Value.HasEnded).Select(w => w.Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Tell();
        this.RegisterGrainTimer(WakeAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        JobGauges.Remove(this);
        return Task.CompletedTask;
    }

    public Task OpenAsync(string work, JobUsage usage, long held) => ChangeAsync(r => r.Open.ContainsKey(work)
        ? r with { Open = new(r.Open) { [work] = usage } }
        : r.Holding(WorkKey.Parse(work).Tenant, -held) with { Open = new(r.Open) { [work] = usage } });

    public Task UpdateAsync(string work, JobUsage usage) => ChangeAsync(
        r => r.Open.TryGetValue(work, out var known) && known != usage ? r with { Open = new(r.Open) { [work] = usage } } : r);

    public Task CloseAsync(string work, long bytes)
    {
        _unreached.Reached(work);
        return ChangeAsync(r => r.Open.ContainsKey(work) ? r.Closing(work, bytes) : r);
    }

    public async Task<TenantUsage> SumAsync(string tenant, string? without)
    {
        var known = await ReadStateAsync();
        var open = known.Open.Where(w => w.Key != without && WorkKey.Parse(w.Key).Tenant == tenant).Select(w => w.Value).ToArray();
        return new(
            open.Sum(u => u.QueuedPoints), open.Sum(u => u.StoredBytes) + known.EndedBytes.GetValueOrDefault(tenant), open.Count(u => !u.HasEnded));
    }

    public async Task ReviewAsync(string tenant) =>
        await WakeAsync([.. (await ReadStateAsync()).Open.Keys.Where(w => WorkKey.Parse(w).Tenant == tenant)], CancellationToken.None);

    public Task AdoptAsync(string tenant, long bytes) =>
        ChangeAsync(r => r.Adopted.Contains(tenant) ? r : r.Holding(tenant, bytes) with { Adopted = [.. r.Adopted, tenant] });

    public async Task<bool> HasAdoptedAsync(string tenant) => (await ReadStateAsync()).Adopted.Contains(tenant);

    public Task<int> CountAsync() => Task.FromResult(Unfinished.Count());

    private async Task ChangeAsync(Func<OpenWorkRecord, OpenWorkRecord> change)
    {
        await UpdateStateAsync(change);
        Tell();
    }

    private void Tell() => JobGauges.Set(this, Unfinished.Count(w => WorkKey.Parse(w).Kind == WorkKind.Job));

    private Task WakeAllAsync(CancellationToken cancellation) => WakeAsync([.. State.Open.Keys.Where(_unreached.IsDue)], cancellation);

    private async Task WakeAsync(string[] works, CancellationToken cancellation)
    {
        foreach (var chunk in works.Chunk(WakesAtOnce)) await Task.WhenAll(chunk.Select(w => WakeAsync(w, cancellation)));
    }

    private async Task WakeAsync(string work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            var key = WorkKey.Parse(work);
            var seen = State.Open.GetValueOrDefault(work);
            var runs = await (key.Kind == WorkKind.Job ? Job(key).EnsureRunningAsync() : Evaluation(key).EnsureRunningAsync());
            _unreached.Reached(work);
            if (runs) return;
            // Its end was stored and perhaps not counted, or it was counted and never stored.
            var usage = await (key.Kind == WorkKind.Job ? Job(key).GetUsageAsync() : Evaluation(key).GetUsageAsync());
            // Unless it was opened again while it was asked.
            await ChangeAsync(r => seen is not null && ReferenceEquals(r.Open.GetValueOrDefault(work), seen) ? r.Closing(work, usage?.StoredBytes ?? 0) : r);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // What is away for a moment, as a database that restarts, is back for all work at once; a fault of its own is not.
            if (!Retry.IsTransient(error)) _unreached.Missed(work);
            logger.JobNotReached(LogName.Of(WorkKey.Parse(work)), error);
        }
    }

    private IJobWorkGrain Job(WorkKey key) => GrainFactory.GetGrain<IJobWorkGrain>(key.Grain);

    private IEvaluationWorkGrain Evaluation(WorkKey key) => GrainFactory.GetGrain<IEvaluationWorkGrain>(key.Grain);
}

/// <summary>What is stored of a part.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.OpenWorkRecord")]
internal sealed record OpenWorkRecord
{
    /// <summary>Gets what has not ended or is being deleted, and what it holds, by <see cref="WorkKey"/>.</summary>
    [Id(0)] public Dictionary<string, JobUsage> Open { get; init; } = [];

    /// <summary>Gets the bytes that ended work holds, by tenant.</summary>
    [Id(1)] public Dictionary<string, long> EndedBytes { get; init; } = [];

    /// <summary>Gets the tenants whose count the version before had kept and that is in this one.</summary>
    [Id(2)] public HashSet<string> Adopted { get; init; } = [];

    public OpenWorkRecord Closing(string work, long bytes)
    {
        var open = new Dictionary<string, JobUsage>(Open);
        open.Remove(work);
        return Holding(WorkKey.Parse(work).Tenant, bytes) with { Open = open };
    }

    public OpenWorkRecord Holding(string tenant, long more) => more == 0 ? this
        : this with { EndedBytes = new(EndedBytes) { [tenant] = EndedBytes.GetValueOrDefault(tenant) + more } };
}
