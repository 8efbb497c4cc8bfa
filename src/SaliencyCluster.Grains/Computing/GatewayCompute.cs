namespace SaliencyCluster.Grains.Computing;

/// <summary>
/// Does the arithmetic of a gateway process - decoding, baselines, what follows a round, previews, checkpoints, measures, reports - on few
/// threads. On the grains' own scheduler it would take every pool thread and delay the silo's calls until other silos take it for dead.
/// </summary>
internal sealed class GatewayCompute
{
    private readonly TaskScheduler _scheduler;

    /// <summary>Makes a scheduler for half of the processors, at least two.</summary>
    public GatewayCompute()
        : this(Math.Max(2, Environment.ProcessorCount / 2))
    {
    }

    /// <summary>Makes a scheduler.</summary>
    /// <param name="threads">The most threads that compute at the same time, at least 2.</param>
    public GatewayCompute(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 2);
        _scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        // A measure may take minutes: one thread is always left for images, for which a person may wait.
        ForEvaluations = new ConcurrentExclusiveSchedulerPair(_scheduler, threads - 1).ConcurrentScheduler;
    }

    /// <summary>Gets where evaluations compute: on all threads but one.</summary>
    public TaskScheduler ForEvaluations { get; }

    /// <summary>Computes something; the caller goes on where it was.</summary>
    public Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    /// <summary>Computes something that also waits; it takes no thread meanwhile.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
}
