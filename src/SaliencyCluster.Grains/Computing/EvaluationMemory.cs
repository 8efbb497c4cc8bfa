using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Computing;

/// <summary>
/// What the prepared images of a gateway's evaluations may take, in bytes: an evaluation holds all of its images until it ends.
/// Thread-safe.
/// </summary>
/// <param name="budget">The most bytes, at least 2; one tenant has half of it.</param>
internal sealed class EvaluationMemory(long budget)
{
    private readonly ImageMemory _memory = new(budget);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _tenants = [];

    /// <summary>Gets the most bytes of one tenant, and of one evaluation.</summary>
    public long Share => budget / 2;

    /// <summary>Takes room for an evaluation that is submitted.</summary>
    /// <returns>The room; null where the tenant, or all of them together, hold too much.</returns>
    public IDisposable? TryReserve(string tenant, long bytes)
    {
        lock (_gate)
        {
            if (_tenants.GetValueOrDefault(tenant) is > 0 and var held && held + bytes > Share) return null;
            return _memory.TryReserve(bytes) is { } room ? new Room(this, tenant, bytes, room) : null;
        }
    }

    /// <summary>Waits for room for an evaluation that was accepted before, perhaps by another process.</summary>
    public async Task<IDisposable> ReserveAsync(string tenant, long bytes, CancellationToken cancellation) =>
        new Room(this, tenant, bytes, await _memory.ReserveAsync(bytes, urgent: false, cancellation));

    private sealed class Room : IDisposable
    {
        private readonly EvaluationMemory _memory;
        private readonly string _tenant;
        private readonly long _bytes;
        private IDisposable? _room;

        public Room(EvaluationMemory memory, string tenant, long bytes, IDisposable room)
        {
            (_memory, _tenant, _bytes, _room) = (memory, tenant, bytes, room);
            lock (memory._gate) memory._tenants[tenant] = memory._tenants.GetValueOrDefault(tenant) + bytes;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _room, null) is not { } room) return;
            // Nothing is kept of a tenant that holds nothing.
            lock (_memory._gate) if ((_memory._tenants[_tenant] -= _bytes) == 0) _memory._tenants.Remove(_tenant);
            room.Dispose();
        }
    }
}
