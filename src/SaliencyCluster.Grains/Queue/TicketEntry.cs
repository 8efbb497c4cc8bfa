using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A ticket and what has become of its shards.</summary>
internal sealed class TicketEntry
{
    private readonly Dictionary<int, int> _attempts = [];
    private readonly Dictionary<int, int> _neverHeld = [];
    private readonly Dictionary<int, HashSet<DeviceEntry>> _failedOn = [];
    private bool _isAnyDone;

    public TicketEntry(RoundTicket ticket, DateTimeOffset now)
    {
        (Ticket, Published, Refreshed) = (ticket, now, now);
        var key = ImageKey.Parse(ticket.Image);
        (Tenant, Job) = (key.Tenant, key.Job.ToString());
        foreach (var range in ticket.Missing) Pending.Add(range);
    }

    public RoundTicket Ticket { get; private set; }

    public string Tenant { get; }

    public string Job { get; }

    /// <summary>Gets the shards that nobody has leased.</summary>
    public RangeSet Pending { get; } = new();

    /// <summary>Gets the leases of its shards.</summary>
    public List<LeaseEntry> Leases { get; } = [];

    public DateTimeOffset Published { get; }

    public DateTimeOffset Refreshed { get; private set; }

    /// <summary>Gets or sets whether any of its shards has been leased.</summary>
    public bool WasLeased { get; set; }

    /// <summary>Gets why it is given up.</summary>
    public ErrorInfo? Poison { get; set; }

    /// <summary>Gets the points that devices hold; those of a shard that two devices compute count once.</summary>
    public long LeasedPoints => Leases.DistinctBy(l => l.Lease.Shards).Sum(l => (long)l.Lease.Points);

    public long PendingPoints => Pending.Ranges.Sum(r => (long)Ticket.PointsOf(r));

    /// <summary>
    /// Takes note that the aggregator still wants it, and puts back what has gone astray. A new activation of the aggregator may have lost
    /// sums that were done.
    /// </summary>
    public void Refresh(RoundTicket ticket, DateTimeOffset now)
    {
        Refreshed = now;
        var isNew = ticket.Owner != Ticket.Owner;
        if (isNew)
        {
            Ticket = ticket;
            Pending.Clear();
        }
        // A sum that a device says it has sent may have gone to an activation that died. An offer can be older than a report that overtook
        // it; when there was none since the offer before, what it lacks is lost.
        if (Poison is null && (isNew || !_isAnyDone))
        {
            foreach (var range in ticket.Missing) PutBack(range);
        }
        _isAnyDone = false;
    }

    /// <summary>Takes note that a device says that it has done some of the shards.</summary>
    public void CountDone() => _isAnyDone = true;

    /// <summary>Gets how often the shards that go next will have been tried with that.</summary>
    public int NextAttempt => _attempts.GetValueOrDefault(Pending.Ranges[0].First) + 1;

    /// <summary>Takes a block to lease. Shards that failed before go alone, so that a block's other shards are not blamed for one.</summary>
    public (ShardRange Shards, int Attempt) Take(int maxShards)
    {
        var first = Pending.Ranges[0].First;
        var failed = _attempts.GetValueOrDefault(first);
        if (failed > 0) return (Pending.TakeBlock(1), failed + 1);
        var clean = 1;
        while (clean < maxShards && !_attempts.ContainsKey(first + clean)) clean++;
        return (Pending.TakeBlock(clean), 1);
    }

    /// <summary>Puts shards back, unless another lease has them too.</summary>
    public void PutBack(ShardRange shards)
    {
        Pending.Add(shards);
        foreach (var lease in Leases) Pending.Remove(lease.Lease.Shards);
    }

    /// <summary>
    /// Counts an attempt that failed on a device which goes on, and returns the highest count. A device that fails again at what it has
    /// failed at is no news as long as another one could try.
    /// </summary>
    public int CountFailure(ShardRange shards, DeviceEntry device, int serving)
    {
        var most = 0;
        for (var i = shards.First; i < shards.End; i++)
        {
            if (!_failedOn.TryGetValue(i, out var devices)) _failedOn[i] = devices = [];
            var isNews = devices.Add(device) || devices.Count >= serving;
            most = Math.Max(most, isNews ? CountAttempt(new(i, 1)) : _attempts[i]);
        }
        return most;
    }

    /// <summary>Counts that a lease was lost whose device never said that it held it, and returns how often that was so.</summary>
    public int CountNeverHeld(ShardRange shards) => _neverHeld[shards.First] = _neverHeld.GetValueOrDefault(shards.First) + 1;

    /// <summary>Counts a failed attempt of each shard and returns the highest count.</summary>
    public int CountAttempt(ShardRange shards)
    {
        var most = 0;
        for (var i = shards.First; i < shards.End; i++) most = Math.Max(most, _attempts[i] = _attempts.GetValueOrDefault(i) + 1);
        return most;
    }
}
