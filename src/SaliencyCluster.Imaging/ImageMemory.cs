namespace SaliencyCluster.Imaging;

/// <summary>
/// What images may keep in bytes, all that share it together: how many that are depends on their size and what is done to them. Those for
/// which there is no room wait, urgent ones first, then in the order in which they came; one that is larger than everything runs alone.
/// Thread-safe.
/// </summary>
/// <param name="budget">The most bytes, at least 1.</param>
public sealed class ImageMemory(long budget)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _urgent = [];
    private readonly LinkedList<Waiter> _others = [];
    private long _used;

    /// <summary>Gets the bytes that are held.</summary>
    public long Used { get { lock (_gate) return _used; } }

    /// <summary>Gets the most bytes that were held at a time.</summary>
    public long Peak { get; private set; }

    /// <summary>Gets whether an image waits for room.</summary>
    public bool IsShort { get { lock (_gate) return _urgent.Count + _others.Count > 0; } }

    /// <summary>Waits for room.</summary>
    /// <param name="bytes">What the image keeps at the most.</param>
    /// <param name="urgent">Whether a person waits for it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The room; dispose it when nothing is kept any more.</returns>
    public async Task<IDisposable> ReserveAsync(long bytes, bool urgent, CancellationToken cancellation)
    {
        var waiter = new Waiter(Math.Clamp(bytes, 1, budget));
        var line = urgent ? _urgent : _others;
        lock (_gate)
        {
            line.AddLast(waiter);
            Grant();
        }
        try
        {
            await waiter.Granted.Task.WaitAsync(cancellation);
        }
        catch
        {
            // It may have been granted just before.
            lock (_gate)
            {
                if (line.Remove(waiter)) Grant();
                else Release(waiter.Bytes);
            }
            throw;
        }
        return new Room(this, waiter.Bytes);
    }

    /// <summary>Takes room where there is some and nobody waits for it; null where not.</summary>
    public IDisposable? TryReserve(long bytes)
    {
        var wanted = Math.Clamp(bytes, 1, budget);
        lock (_gate)
        {
            if (_urgent.Count + _others.Count > 0 || _used + wanted > budget) return null;
            _used += wanted;
            Peak = Math.Max(Peak, _used);
        }
        return new Room(this, wanted);
    }

    private void Grant()
    {
        while ((_urgent.First ?? _others.First) is { } next && _used + next.Value.Bytes <= budget)
        {
            next.List!.Remove(next);
            _used += next.Value.Bytes;
            Peak = Math.Max(Peak, _used);
            next.Value.Granted.SetResult();
        }
    }

    private void Release(long bytes)
    {
        _used -= bytes;
        Grant();
    }

    private sealed class Waiter(long bytes)
    {
        public long Bytes => bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Room(ImageMemory memory, long bytes) : IDisposable
    {
        private bool _isGiven;

        public void Dispose()
        {
            lock (memory._gate)
            {
                if (_isGiven) return;
                _isGiven = true;
                memory.Release(bytes);
            }
        }
    }
}
