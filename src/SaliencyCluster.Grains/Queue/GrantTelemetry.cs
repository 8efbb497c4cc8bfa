using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Tells how long work waited when it is leased.</summary>
internal static class GrantTelemetry
{
    /// <summary>Takes note of leases; they come back with the span of their wait as their cause.</summary>
    public static IReadOnlyList<Lease> Told(this IReadOnlyList<Lease> leases, PoolQueue queue, string pool, DateTimeOffset now)
    {
        Lease[]? traced = null;
        for (var i = 0; i < leases.Count; i++)
        {
            if (queue.Leases.Find(leases[i].Id)?.Ticket is not { } ticket) continue;
            if (!ticket.WasLeased) ClusterMetrics.QueueWait.Record((now - ticket.Published).TotalSeconds, new("pool", pool), new("priority", ticket.Ticket.Priority.ToString()));
            ticket.WasLeased = true;
            using var span = Spans.Start(Spans.QueueWait, leases[i].TraceParent, startTime: ticket.Published);
            if (span is null) continue;
            span.SetTag("saliency.pool", pool).SetTag("saliency.shards", leases[i].Shards.ToString());
            traced ??= [.. leases];
            traced[i] = leases[i] with { TraceParent = span.Id };
        }
        return traced ?? leases;
    }
}
