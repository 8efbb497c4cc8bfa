using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Wakes every unfinished job every few seconds: a call to a job that lives costs nothing, one that died is activated.</summary>
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
        JobGauges.Set(this, jobs.State.Keys.Count);
        this.RegisterGrainTimer(WakeAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        JobGauges.Remove(this);
        return Task.CompletedTask;
    }

    public Task WatchAsync(string job) => jobs.State.Keys.Add(job) ? ChangedAsync() : Task.CompletedTask;

    public Task ForgetAsync(string job) => jobs.State.Keys.Remove(job) ? ChangedAsync() : Task.CompletedTask;

    public Task PingAsync() => Task.CompletedTask;

    public Task<int> CountAsync() => Task.FromResult(jobs.State.Keys.Count);

    private Task ChangedAsync()
    {
        JobGauges.Set(this, jobs.State.Keys.Count);
        return _writer.WriteAsync();
    }

    private async Task WakeAllAsync(CancellationToken cancellation)
    {
        foreach (var key in jobs.State.Keys.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (!await GrainFactory.GetGrain<IJobWorkGrain>(key).EnsureRunningAsync()) await ForgetAsync(key);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                logger.JobNotReached(key, error);
            }
        }
    }
}

/// <summary>What is stored of the supervisor.</summary>
[GenerateSerializer, Alias("saliency.v1.SupervisedJobs")]
internal sealed class SupervisedJobs
{
    [Id(0)] public HashSet<string> Keys { get; init; } = [];
}
