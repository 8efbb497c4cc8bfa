namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>
/// Knows how many jobs and evaluations have not ended; those that do not live are woken by their part of the open work. The key is
/// <see cref="Keys.GrainKeys.Single"/>.
/// </summary>
/// <remarks>Every gateway pings it every few seconds, so it lives as long as any gateway does.</remarks>
[Version(1), Alias("saliency.v1.IJobSupervisorGrain")]
public interface IJobSupervisorGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that it and every part of the open work is awake, and hands over what the version before had stored here.</summary>
    [Alias("Ping")]
    Task PingAsync();

    /// <summary>Adds a job, for gateways of the version before; handed over by the next ping. Idempotent; durable on return.</summary>
    [Alias("Watch")]
    Task WatchAsync(string job);

    /// <summary>Removes a job that has ended, for gateways of the version before. Idempotent; durable on return.</summary>
    [Alias("Forget")]
    Task ForgetAsync(string job);

    /// <summary>Gets the number of jobs and evaluations that have not ended.</summary>
    [Alias("Count")]
    Task<int> CountAsync();
}
