using Orleans.Runtime;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Failures of calls inside the cluster that end by themselves: a process has just died, starts, or moves its grains.</summary>
internal static class ClusterBusy
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait before asking once more on the caller's behalf.</summary>
    public static TimeSpan Pause => TimeSpan.FromSeconds(1);

    /// <summary>Gets whether the failure is one of them. A grain whose process stops cancels what it was asked.</summary>
    public static bool Is(Exception error) => error is OrleansException or TimeoutException or OperationCanceledException;

    /// <summary>Makes the error of a gateway that is shutting down.</summary>
    public static RetryLaterException Stopping() => new(
        "SAL9031", "The gateway is shutting down.", "Call again: another gateway, or this one after its restart, goes on with stored jobs.", RetryAfter);

    /// <summary>Makes the error that callers see.</summary>
    public static RetryLaterException Error() => new(
        "SAL9030", "The cluster could not answer: a process has just left or joined.", "Retry in a few seconds; see who is there: GET /v1/cluster", RetryAfter);
}
