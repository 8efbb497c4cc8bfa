using System.Diagnostics;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>
/// The spans of a job, each a child of the one before, in whatever process it is: the cause travels as a W3C traceparent in stored
/// jobs, tickets, leases and partial sums. Without a cause there is no span, and without a listener nothing is made.
/// </summary>
internal static class Spans
{
    public const string Submit = "saliency.job.submit", Image = "saliency.image", QueueWait = "saliency.queue.wait", Lease = "saliency.lease",
        SessionRun = "saliency.session.run", Reduce = "saliency.reduce", Finish = "saliency.finish", End = "saliency.job.end";

    /// <summary>Starts a span below its cause; null where nobody listens, nothing caused it, or the trace is not sampled.</summary>
    public static Activity? Start(
        string name, string? traceParent, ActivityKind kind = ActivityKind.Internal, DateTimeOffset startTime = default, IEnumerable<ActivityLink>? links = null) =>
        ClusterMetrics.Source.HasListeners() && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? ClusterMetrics.Source.StartActivity(name, kind, parent, links: links, startTime: startTime) : null;

    /// <summary>Gets what the next span is caused by: this one, or what caused it where this process does not trace.</summary>
    public static string? Cause(Activity? span, string? traceParent) => span?.Id ?? traceParent;

    /// <summary>Marks a span as failed.</summary>
    public static void Failed(this Activity? span, string code, string what) => span?.SetTag("saliency.error", code).SetStatus(ActivityStatusCode.Error, what);
}
