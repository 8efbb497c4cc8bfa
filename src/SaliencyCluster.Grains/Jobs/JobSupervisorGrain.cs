using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Wakes every unfinished job and evaluation every few seconds: a call to a job that lives costs nothing, one that died is activated.</summary>
[PlaceOnRole(Roles.Gateway), KeepAlive, Reentrant]
[GrainType("saliency.job-supervisor")]
internal sealed class JobSupervisorGrain(
    [PersistentState("jobs", GrainStorage.Provider)] IPersistentState<SupervisedJobs> jobs,
    ILogger<JobSupervisorGrain> logger) : Grain, IJobSupervisorGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private readonly StateWriter _writer = new(jobs);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(WakeAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task WatchAsync(string job) => jobs.State.Keys.Add(job) ? _writer.WriteAsync() : Task.CompletedTask;

    public Task ForgetAsync(string job) => jobs.State.Keys.Remove(job) ? _writer.WriteAsync() : Task.CompletedTask;

    public Task WatchEvaluationAsync(string evaluation) => jobs.State.Evaluations.Add(evaluation) ? _writer.WriteAsync() : Task.CompletedTask;

    public Task ForgetEvaluationAsync(string evaluation) => jobs.State.Evaluations.Remove(evaluation) ? _writer.WriteAsync() : Task.CompletedTask;

    public Task PingAsync() => Task.CompletedTask;

    public Task<int> CountAsync() => Task.FromResult(jobs.State.Keys.Count + jobs.State.Evaluations.Count);

    private async Task WakeAllAsync(CancellationToken cancellation)
    {
        foreach (var key in jobs.State.Keys.ToArray())
            await WakeAsync(key, () => GrainFactory.GetGrain<IJobWorkGrain>(key).EnsureRunningAsync(), ForgetAsync, cancellation);
        foreach (var key in jobs.State.Evaluations.ToArray())
            await WakeAsync(key, () => GrainFactory.GetGrain<IEvaluationWorkGrain>(key).EnsureRunningAsync(), ForgetEvaluationAsync, cancellation);
    }

    private async Task WakeAsync(string key, Func<Task<bool>> wake, Func<string, Task> forget, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            if (!await wake()) await forget(key);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.JobNotReached(key, error);
        }
    }
}

/// <summary>What is stored of the supervisor.</summary>
[GenerateSerializer, Alias("saliency.v1.SupervisedJobs")]
internal sealed class SupervisedJobs
{
    [Id(0)] public HashSet<string> Keys { get; init; } = [];

    [Id(1)] public HashSet<string> Evaluations { get; init; } = [];
}
