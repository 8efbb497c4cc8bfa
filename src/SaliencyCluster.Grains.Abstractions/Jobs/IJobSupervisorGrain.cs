namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>
/// Knows every job and evaluation that has not ended and wakes those whose silo died. The key is <see cref="Keys.GrainKeys.Single"/>.
/// </summary>
/// <remarks>Every gateway pings it every few seconds, so it lives as long as any gateway does.</remarks>
[Version(1), Alias("saliency.v1.IJobSupervisorGrain")]
public interface IJobSupervisorGrain : IGrainWithStringKey
{
    /// <summary>Adds a job before it is acknowledged. Idempotent; durable on return.</summary>
    [Alias("Watch")]
    Task WatchAsync(string job);

    /// <summary>Removes a job that has ended. Idempotent; durable on return.</summary>
    [Alias("Forget")]
    Task ForgetAsync(string job);

    /// <summary>Adds an evaluation before it is acknowledged. Idempotent; durable on return.</summary>
    [Alias("WatchEvaluation")]
    Task WatchEvaluationAsync(string evaluation);

    /// <summary>Removes an evaluation that has ended. Idempotent; durable on return.</summary>
    [Alias("ForgetEvaluation")]
    Task ForgetEvaluationAsync(string evaluation);

    /// <summary>Makes sure that it is awake.</summary>
    [Alias("Ping")]
    Task PingAsync();

    /// <summary>Gets the number of jobs and evaluations that have not ended.</summary>
    [Alias("Count")]
    Task<int> CountAsync();
}
