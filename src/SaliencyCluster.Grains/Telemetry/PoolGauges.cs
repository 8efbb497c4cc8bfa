using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>The state of each pool, told by the process that holds its queue and by no other: sums over processes are right.</summary>
internal static class PoolGauges
{
    private static readonly ConcurrentDictionary<object, PoolReading> Readings = new(ReferenceEqualityComparer.Instance);

    static PoolGauges()
    {
        ClusterMetrics.Meter.CreateObservableGauge("saliency.queue.points", () => Readings.Values.SelectMany(r => new Measurement<long>[]
        {
            new(r.PendingPoints, Pool(r), new("state", "pending")), new(r.LeasedPoints, Pool(r), new("state", "leased")),
        }), "{point}", "Points in the queue: pending ones wait for a device, leased ones are held by one; tags pool, state.");
        ClusterMetrics.Meter.CreateObservableGauge("saliency.pool.backlog.seconds",
            () => Readings.Values.Select(r => new Measurement<double>(r.BacklogSeconds, Pool(r))),
            "s", "Work that is queued, held or announced, in seconds of one device at measured rates; tag pool.");
        ClusterMetrics.Meter.CreateObservableGauge("saliency.pool.workers.wanted",
            () => Readings.Values.Select(r => new Measurement<int>(r.WorkersWanted, Pool(r))),
            "{worker}", "Workers that the pool should have for the default target; tag pool.");
    }

    /// <summary>Tells the state of the pool whose queue the owner is.</summary>
    public static void Set(object owner, PoolReading reading) => Readings[owner] = reading;

    /// <summary>Tells no more: the queue has moved or its silo leaves.</summary>
    public static void Remove(object owner) => Readings.TryRemove(owner, out _);

    private static KeyValuePair<string, object?> Pool(PoolReading reading) => new("pool", reading.Pool);
}

/// <summary>What is told of a pool.</summary>
internal sealed record PoolReading(string Pool, long PendingPoints, long LeasedPoints, double BacklogSeconds, int WorkersWanted);
