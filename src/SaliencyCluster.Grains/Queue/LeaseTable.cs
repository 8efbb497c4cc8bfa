using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Every lease and who holds it.</summary>
internal sealed class LeaseTable(TimeSpan leaseTime)
{
    private readonly Dictionary<Guid, LeaseEntry> _leases = [];

    public int Count => _leases.Count;

    public IEnumerable<LeaseEntry> All => _leases.Values;

    public LeaseEntry? Find(Guid id) => _leases.GetValueOrDefault(id);

    public LeaseEntry Grant(Lease lease, DeviceEntry device, TicketEntry ticket, DateTimeOffset now)
    {
        var entry = new LeaseEntry(lease, device, ticket, now) { Deadline = now + leaseTime };
        _leases.Add(lease.Id, entry);
        device.Leases.Add(entry);
        ticket.Leases.Add(entry);
        return entry;
    }

    public void Renew(LeaseEntry entry, DateTimeOffset now) => entry.Deadline = now + leaseTime;

    public void End(LeaseEntry entry)
    {
        _leases.Remove(entry.Lease.Id);
        entry.Device.Leases.Remove(entry);
        entry.Ticket.Leases.Remove(entry);
    }

    public IReadOnlyList<LeaseEntry> Expired(DateTimeOffset now) => [.. _leases.Values.Where(l => l.Deadline <= now)];

    /// <summary>
    /// Finds the lease that an idle device should repeat: the one that is longest overdue. Null when every lease is in time, or
    /// repeated already, or held by that device.
    /// </summary>
    public LeaseEntry? Straggler(DeviceEntry idle, Func<LeaseEntry, TimeSpan> patience, DateTimeOffset now)
    {
        LeaseEntry? worst = null;
        var most = TimeSpan.Zero;
        foreach (var lease in _leases.Values)
        {
            var overdue = now - lease.Granted - patience(lease);
            if (overdue <= most || lease.Device == idle || Repeated(lease)) continue;
            (worst, most) = (lease, overdue);
        }
        return worst;
    }

    private static bool Repeated(LeaseEntry lease) =>
        lease.Ticket.Leases.Exists(other => other != lease && other.Lease.Shards == lease.Lease.Shards);
}
