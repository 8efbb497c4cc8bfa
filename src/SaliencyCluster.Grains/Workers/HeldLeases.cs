using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Workers;

/// <summary>The leases that a device holds, and the ends of others that the queue has not been told yet. Thread-safe.</summary>
/// <param name="lanes">Lanes of the device.</param>
internal sealed class HeldLeases(int lanes)
{
    // Work for a lane, in seconds of it, that outlasts a call to the queue and one for the round.
    private const double AtHand = 0.1;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Held> _held = [];
    private readonly List<LeaseEnd> _ended = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _secondsPerPoint;
    private double _secondsPerShard;

    /// <summary>Gets the number of shards that are held.</summary>
    public int Shards { get { lock (_gate) return _held.Values.Sum(h => h.Lease.Shards.Count); } }

    /// <summary>Gets the number of shards that are held and for which a person waits.</summary>
    public int InteractiveShards { get { lock (_gate) return _held.Values.Where(h => h.Lease.Priority == JobPriority.Interactive).Sum(h => h.Lease.Shards.Count); } }

    public int Count { get { lock (_gate) return _held.Count; } }

    /// <summary>Gets a task that ends when a lease has ended since the call.</summary>
    public Task Changed { get { lock (_gate) return _changed.Task; } }

    /// <summary>Gets the measured seconds per point of the device; 0 before the first lease.</summary>
    public double SecondsPerPoint { get { lock (_gate) return _secondsPerPoint; } }

    /// <summary>Gets how many shards should be held: twice the lanes, so that the next ones are here when a lane is done with one, and more where
    /// a shard takes less time than fetching it.</summary>
    public int Wanted
    {
        get
        {
            lock (_gate) return _secondsPerShard > 0 ? (int)Math.Clamp(Math.Ceiling(lanes * AtHand / _secondsPerShard), 2 * lanes, 16 * lanes) : 2 * lanes;
        }
    }

    /// <summary>Takes a lease; its work ends when the returned token is cancelled.</summary>
    public CancellationToken Add(Lease lease, CancellationToken stopping)
    {
        var held = new Held(lease, CancellationTokenSource.CreateLinkedTokenSource(stopping));
        lock (_gate) _held.Add(lease.Id, held);
        return held.Stop.Token;
    }

    /// <summary>Takes note that work on a lease has ended.</summary>
    public void End(LeaseEnd end)
    {
        lock (_gate)
        {
            if (_held.Remove(end.Id, out var held)) Learn(held.Lease, end);
            // Dropped while its sum was on its way, perhaps because that sum ended the image: what was done counts.
            else if (end.How != LeaseEnding.Done) return;
            held?.Stop.Dispose();
            _ended.Add(end);
            Signal();
        }
    }

    /// <summary>Stops work on leases that are not wanted any more; nothing is reported of what does not get done all the same.</summary>
    public void Drop(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            Held? held;
            lock (_gate)
            {
                if (!_held.Remove(id, out held)) continue;
                Signal();
            }
            held.Stop.Cancel();
            held.Stop.Dispose();
        }
    }

    /// <summary>Gets what is to be reported.</summary>
    public (Lease[] Holds, LeaseEnd[] Ended) Snapshot()
    {
        lock (_gate) return ([.. _held.Values.Select(h => h.Lease)], [.. _ended]);
    }

    /// <summary>Forgets ends that the queue knows now.</summary>
    public void Reported(LeaseEnd[] ended)
    {
        lock (_gate) _ended.RemoveAll(ended.Contains);
    }

    private void Learn(Lease lease, LeaseEnd end)
    {
        if (end.Seconds > 0) _secondsPerPoint = Smoothed(_secondsPerPoint, end.Seconds / Math.Max(1, lease.Points));
        if (end.DeviceSeconds > 0) _secondsPerShard = Smoothed(_secondsPerShard, end.DeviceSeconds * lanes / lease.Shards.Count);
    }

    private static double Smoothed(double known, double measured) => known == 0 ? measured : 0.8 * known + 0.2 * measured;

    private void Signal()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }

    private sealed record Held(Lease Lease, CancellationTokenSource Stop);
}
