using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Every lease and who holds it.</summary>
internal sealed class LeaseTable(TimeSpan leaseTime)
{
    private readonly Dictionary<Guid, LeaseEntry> _leases = [];
    private readonly Dictionary<Guid, LeaseEntry> _recalled = [];

    public int Count => _leases.Count;

    public IEnumerable<LeaseEntry> All => _leases.Values;

    public LeaseEntry? Find(Guid id) => _leases.GetValueOrDefault(id);

    public LeaseEntry Grant(Lease lease, DeviceEntry device, TicketEntry ticket, bool isAlone, DateTimeOffset now)
    {
        var entry = new LeaseEntry(lease, device, ticket, now) { Deadline = now + leaseTime, IsAlone = isAlone };
        _leases.Add(lease.Id, entry);
        device.Leases.Add(entry);
        ticket.Leases.Add(entry);
        return entry;
    }

    public void Renew(LeaseEntry entry, DateTimeOffset now) => (entry.Deadline, entry.IsConfirmed) = (now + leaseTime, true);

    /// <summary>Puts all deadlines off.</summary>
    public void PutOff(TimeSpan time)
    {
        foreach (var lease in _leases.Values) lease.Deadline += time;
    }

    public void End(LeaseEntry entry)
    {
        _leases.Remove(entry.Lease.Id);
        entry.Device.Leases.Remove(entry);
        entry.Ticket.Leases.Remove(entry);
    }

    /// <summary>Ends a lease whose device has not said yet that it is done; what it did still counts when it says so.</summary>
    public void Recall(LeaseEntry entry)
    {
        End(entry);
        _recalled[entry.Lease.Id] = entry;
    }

    /// <summary>Takes out a lease that was recalled and is now said to have ended.</summary>
    public LeaseEntry? TakeRecalled(Guid id) => _recalled.Remove(id, out var entry) ? entry : null;

    /// <summary>Forgets recalled leases of which nothing was heard for as long as a lease lasts.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var lease in _recalled.Values.Where(l => l.Deadline <= now).ToArray()) _recalled.Remove(lease.Lease.Id);
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
            if (overdue <= most || lease.Device == idle || (lease.IsAlone && idle.Leases.Count > 0) || Repeated(lease)) continue;
            (worst, most) = (lease, overdue);
        }
        return worst;
    }

    private static bool Repeated(LeaseEntry lease) =>
        lease.Ticket.Leases.Exists(other => other != lease && other.Lease.Shards == lease.Lease.Shards);
}

/// <summary>A lease, who holds it and until when.</summary>
internal sealed class LeaseEntry(Lease lease, DeviceEntry device, TicketEntry ticket, DateTimeOffset granted)
{
    public Lease Lease { get; } = lease;

    public DeviceEntry Device { get; } = device;

    public TicketEntry Ticket { get; } = ticket;

    public DateTimeOffset Granted { get; } = granted;

    public DateTimeOffset Deadline { get; set; }

    /// <summary>Gets or sets whether the device has said that it holds it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Gets whether the device may have begun with it, as far as anybody knows.</summary>
    public bool MayHaveBegun => IsConfirmed || !Lease.Confirm;

    /// <summary>Gets whether the device gets nothing besides.</summary>
    public bool IsAlone { get; init; }
}
