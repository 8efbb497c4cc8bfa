namespace SaliencyCluster.Gateway.Limits;

/// <summary>
/// A fixed number of places for which callers wait, at most half of them of one tenant. A place that becomes free goes round the tenants
/// that wait for one: however many callers of a tenant wait, the next tenant waits for one of them.
/// </summary>
/// <param name="places">How many there are.</param>
/// <param name="isShared">Whether there may be other tenants.</param>
internal sealed class TenantPlaces(int places, bool isShared)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _held = [];

    // Tenants in the order in which they are served next, each with its callers in theirs.
    private readonly List<(string Tenant, LinkedList<TaskCompletionSource> Callers)> _waiting = [];
    private readonly int _maxOfOneTenant = isShared ? (places + 1) / 2 : places;
    private int _free = places;

    /// <summary>Gets how many callers wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Sum(w => w.Callers.Count);
        }
    }

    /// <summary>Waits for a place. Dispose what is returned to leave it.</summary>
    public async Task<IDisposable> EnterAsync(string tenant, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            Add(tenant, turn);
            Serve();
        }
        await using var gone = cancellation.UnsafeRegister((_, token) => Forget(tenant, turn, token), null);
        await turn.Task;
        return new Place(this, tenant);
    }

    private void Add(string tenant, TaskCompletionSource turn)
    {
        if (_waiting.Find(w => w.Tenant == tenant).Callers is { } callers) callers.AddLast(turn);
        else _waiting.Add((tenant, new([turn])));
    }

    private void Forget(string tenant, TaskCompletionSource turn, CancellationToken cancellation)
    {
        lock (_gate)
        {
            // Without effect where it has its place already.
            var waits = _waiting.Find(w => w.Tenant == tenant);
            if (waits.Callers?.Remove(turn) is not true) return;
            if (waits.Callers.Count == 0) _waiting.Remove(waits);
        }
        turn.TrySetCanceled(cancellation);
    }

    private void Serve()
    {
        for (var i = 0; i < _waiting.Count && _free > 0;)
        {
            var next = _waiting[i];
            var held = _held.GetValueOrDefault(next.Tenant);
            if (held >= _maxOfOneTenant)
            {
                i++;
                continue;
            }
            _waiting.RemoveAt(i);
            _free--;
            _held[next.Tenant] = held + 1;
            next.Callers.First!.Value.SetResult();
            next.Callers.RemoveFirst();
            if (next.Callers.Count > 0) _waiting.Add(next);
        }
    }

    private void Leave(string tenant)
    {
        lock (_gate)
        {
            // Nothing is kept of a tenant that holds nothing.
            if (--_held[tenant] == 0) _held.Remove(tenant);
            _free++;
            Serve();
        }
    }

    private sealed class Place(TenantPlaces places, string tenant) : IDisposable
    {
        private TenantPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Leave(tenant);
    }
}
