using System.Globalization;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Looks after the parts of the open work. The versions before kept all of it in one row here, which is handed over once.</summary>
[PlaceOnRole(Roles.Gateway), KeepAlive, Reentrant]
[GrainType("saliency.job-supervisor")]
internal sealed class JobSupervisorGrain([PersistentState("jobs", GrainStorage.Provider)] IPersistentState<SupervisedJobs> jobs)
    : DurableGrain<SupervisedJobs>(jobs), IJobSupervisorGrain
{
    private IEnumerable<IOpenWorkGrain> Parts =>
        Enumerable.Range(0, WorkKey.Parts).Select(part => GrainFactory.GetGrain<IOpenWorkGrain>(part.ToString(CultureInfo.InvariantCulture)));

    public async Task PingAsync()
    {
        var old = await ReadStateAsync();
        foreach (var job in old.Keys) await HandOverAsync(WorkKind.Job, job, await GrainFactory.GetGrain<IJobWorkGrain>(job).GetUsageAsync());
        foreach (var evaluation in old.Evaluations)
            await HandOverAsync(WorkKind.Evaluation, evaluation, await GrainFactory.GetGrain<IEvaluationWorkGrain>(evaluation).GetUsageAsync());
        // What came meanwhile is handed over the next time.
        await UpdateStateAsync(r => old.Keys.Count + old.Evaluations.Count == 0 ? r : new() { Keys = [.. r.Keys.Except(old.Keys)], Evaluations = [.. r.Evaluations.Except(old.Evaluations)] });
        await CountAsync();
    }

    public Task WatchAsync(string job) => UpdateStateAsync(r => r.Keys.Contains(job) ? r : r with { Keys = [.. r.Keys, job] });

    // Its end is noticed when its part of the open work wakes it.
    public Task ForgetAsync(string job) => UpdateStateAsync(r => r.Keys.Contains(job) ? r with { Keys = [.. r.Keys.Where(k => k != job)] } : r);

    public async Task<int> CountAsync() => (await Task.WhenAll(Parts.Select(p => p.CountAsync()))).Sum();

    private Task HandOverAsync(WorkKind kind, string key, JobUsage? usage)
    {
        var job = JobKey.Parse(key);
        var work = new WorkKey(kind, job.Tenant, job.Id);
        return usage is { HasEnded: false } ? Parts.ElementAt(work.Part).OpenAsync(work.ToString(), usage, held: 0) : Task.CompletedTask;
    }
}

/// <summary>What is stored of the supervisor.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.SupervisedJobs")]
internal sealed record SupervisedJobs
{
    [Id(0)] public HashSet<string> Keys { get; init; } = [];

    [Id(1)] public HashSet<string> Evaluations { get; init; } = [];
}
