using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>What the cluster tells about itself; names as documented for operators.</summary>
public static class ClusterMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "SaliencyCluster";

    /// <summary>Spans of leases and images.</summary>
    public static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Points = Meter.CreateCounter<long>(
        "saliency.points", "{point}", "Evaluations of a network whose sums were counted; tags model, method, device.");

    internal static readonly Histogram<double> ShardDuration = Meter.CreateHistogram<double>(
        "saliency.shard.duration", "s", "Time of one shard on a device.");

    internal static readonly Histogram<double> QueueWait = Meter.CreateHistogram<double>(
        "saliency.queue.wait", "s", "Time from the offer of a round to its first lease.");

    internal static readonly Counter<long> LeaseExpired = Meter.CreateCounter<long>(
        "saliency.lease.expired", "{lease}", "Leases that ran out or died with their process.");

    internal static readonly Counter<long> PartialBytes = Meter.CreateCounter<long>(
        "saliency.partial.bytes", "By", "Bytes of partial sums that aggregators received.");

    internal static readonly Counter<long> DuplicatePoints = Meter.CreateCounter<long>(
        "saliency.points.duplicate", "{point}", "Evaluations that were computed twice and counted once.");

    internal static readonly UpDownCounter<long> JobsActive = Meter.CreateUpDownCounter<long>(
        "saliency.jobs.active", "{job}", "Jobs that have not ended.");

    internal static readonly Counter<long> Images = Meter.CreateCounter<long>(
        "saliency.images", "{image}", "Images with an outcome; tag state.");
}
