using SaliencyCluster.Grains.Abstractions.Cluster;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Describes a queue for people and for scaling.</summary>
internal static class PoolDescription
{
    public static PoolView Describe(this PoolQueue queue, string name, DateTimeOffset now)
    {
        var queued = queue.Tickets.Sum(t => t.PendingPoints);
        var leased = queue.Leases.All.Sum(l => (long)l.Lease.Points);
        var devices = queue.Devices.All.Select(d => d.View()).OrderBy(d => d.Silo, StringComparer.Ordinal).ThenBy(d => d.Device, StringComparer.Ordinal).ToArray();
        var rates = devices.Select(d => d.PointsPerSecond).Where(r => r > 0).ToArray();
        var waiting = queue.Tickets.Where(t => t.Pending.Count > 0).Select(t => (now - t.Published).TotalSeconds);
        return new(name, queued, leased, queue.Tickets.Count(), rates.Length > 0 ? (queued + leased) / rates.Average() : null,
            waiting.DefaultIfEmpty(0).Max(), devices, queue.Tickets.Select(t => (t.Tenant, t.Job)).Distinct().Count(), queue.Lost);
    }
}
