using System.Diagnostics;
using System.Diagnostics.Metrics;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>What the cluster tells about itself; names as documented for operators in docs/telemetry.md.</summary>
/// <remarks>No tag has values that grow without end: not jobs, images or the names of workers, whose process the collector names.</remarks>
public static class ClusterMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "SaliencyCluster";

    /// <summary>Spans of jobs, images and leases.</summary>
    public static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Points = Meter.CreateCounter<long>(
        "saliency.points", "{point}", "Evaluations of a network whose sums were counted; tags model, method, device.");

    internal static readonly Counter<long> DuplicatePoints = Meter.CreateCounter<long>(
        "saliency.points.duplicate", "{point}", "Evaluations whose sums were not wanted any more: computed twice, or the image had ended; tag device.");

    internal static readonly Histogram<double> ShardDuration = Meter.CreateHistogram(
        "saliency.shard.duration", "s", "Time of one shard on a lane of a device; tag device.", [], Seconds(0.001, 60));

    internal static readonly Histogram<double> QueueWait = Meter.CreateHistogram(
        "saliency.queue.wait", "s", "Time from the offer of a round to its first lease; tags pool, priority.", [], Seconds(0.005, 1800));

    internal static readonly Counter<long> LeaseExpired = Meter.CreateCounter<long>(
        "saliency.lease.expired", "{lease}", "Leases that ran out or died with their process; tag pool.");

    internal static readonly Counter<long> DrainReturned = Meter.CreateCounter<long>(
        "saliency.drain.returned", "{lease}", "Leases that leaving workers gave back unfinished because their time was over; tag pool.");

    internal static readonly Counter<long> PartialBytes = Meter.CreateCounter<long>(
        "saliency.partial.bytes", "By", "Bytes of partial sums that aggregators received.");

    internal static readonly Counter<long> JobsEnded = Meter.CreateCounter<long>(
        "saliency.jobs.ended", "{job}", "Jobs that ended; tag state.");

    internal static readonly Counter<long> Images = Meter.CreateCounter<long>(
        "saliency.images", "{image}", "Images with an outcome; tag state.");

    /// <summary>Gets bounds of a histogram in seconds: 1, 2.5, 5 in each decade.</summary>
    public static InstrumentAdvice<double> Seconds(double least, double most)
    {
        double[] steps = [1, 2.5, 5];
        var bounds = from decade in Enumerable.Range(-4, 8) from step in steps select Math.Round(step * Math.Pow(10, decade), 6);
        return new() { HistogramBucketBoundaries = [.. bounds.Where(b => b >= least && b <= most)] };
    }

    // Twelve digits tell models apart and fit a legend.
    internal static string ModelTag(string hash) => LogName.OfModel(hash);
}
