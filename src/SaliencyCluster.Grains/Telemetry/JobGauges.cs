using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>
/// Jobs that have not ended, told by the processes that hold the parts of the open work, from what is stored: right after every restart, which
/// a count of starts and ends in one process would not be.
/// </summary>
internal static class JobGauges
{
    private static readonly ConcurrentDictionary<object, int> Counts = new(ReferenceEqualityComparer.Instance);

    static JobGauges() => ClusterMetrics.Meter.CreateObservableGauge(
        "saliency.jobs.active", () => Counts.IsEmpty ? [] : new[] { new Measurement<int>(Counts.Values.Sum()) }, "{job}", "Jobs that have not ended.");

    /// <summary>Tells a part's count until the next one. A copy: grain state may be read on its grain's thread only.</summary>
    public static void Set(object owner, int count) => Counts[owner] = count;

    /// <summary>Tells it no more: it has moved or its silo leaves.</summary>
    public static void Remove(object owner) => Counts.TryRemove(owner, out _);
}
