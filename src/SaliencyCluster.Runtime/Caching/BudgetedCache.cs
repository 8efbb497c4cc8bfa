using System.Runtime.ExceptionServices;

namespace SaliencyCluster.Runtime.Caching;

/// <summary>
/// Things that cost memory, the least recently used dropped first. What somebody holds is never dropped; who needs room
/// that is held waits for it, first come first served. Concurrent callers of one key share one load, and its failure.
/// </summary>
/// <remarks>Callers block: only for threads that belong to a device. Who holds a lease must not wait for another one.</remarks>
internal sealed class BudgetedCache<TKey, TValue>(long budget, Action<TKey, TValue> dropped)
    where TKey : notnull
    where TValue : class
{
    private readonly object _gate = new();
    private readonly Dictionary<TKey, CacheEntry<TKey, TValue>> _entries = [];
    private readonly LinkedList<Waiter> _waiters = new();
    private long _uses;

    /// <summary>Gets what everything in the cache costs together.</summary>
    public long Cost
    {
        get { lock (_gate) return Total(); }
    }

    /// <summary>Gets the keys of everything in the cache.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get { lock (_gate) return [.. _entries.Keys]; }
    }

    /// <summary>Gets the value of a key where it is loaded, without holding it.</summary>
    public TValue? Peek(TKey key)
    {
        lock (_gate) return _entries.GetValueOrDefault(key)?.Value;
    }

    /// <summary>Drops what nobody holds, or only once it is released.</summary>
    /// <param name="isDone">Says of a key whether its value is not needed any more.</param>
    public void Drop(Func<TKey, bool> isDone)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(e => isDone(e.Key)).ToList())
            {
                entry.IsDone = true;
                DropIfDone(entry);
            }
            Grant();
        }
    }

    /// <summary>Holds the value of a key where it is loaded or being loaded; null otherwise.</summary>
    public CacheLease<TKey, TValue>? TryHold(TKey key, CancellationToken cancellation)
    {
        using var wake = WakeOn(cancellation);
        lock (_gate) return Find(key, cancellation) is { } ready ? new(this, ready) : null;
    }

    /// <summary>Holds the value of a key, loading it where needed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="estimate">The cost of the value, as far as it is known before it is loaded.</param>
    /// <param name="load">Makes the value.</param>
    /// <param name="tooLarge">The error when the value alone is over the budget.</param>
    /// <param name="cancellation">Gives up waiting for room or for another caller's load.</param>
    public CacheLease<TKey, TValue> Hold(TKey key, long estimate, Func<TValue> load, Func<Exception> tooLarge, CancellationToken cancellation)
    {
        using var wake = WakeOn(cancellation);
        CacheEntry<TKey, TValue> entry;
        lock (_gate)
        {
            if (Find(key, cancellation) is { } ready) return new(this, ready);
            if (estimate > budget) throw tooLarge();
            entry = Reserve(key, estimate, cancellation);
        }
        if (entry.Value is null) Load(entry, load);
        return new(this, entry);
    }

    /// <summary>Drops everything; nobody may hold anything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values) dropped(entry.Key, entry.Value!);
            _entries.Clear();
        }
    }

    internal void Release(CacheEntry<TKey, TValue> entry)
    {
        lock (_gate)
        {
            entry.Holders--;
            DropIfDone(entry);
            Grant();
        }
    }

    internal void SetCost(CacheEntry<TKey, TValue> entry, long cost, long shared)
    {
        lock (_gate)
        {
            (entry.Cost, entry.Shared) = (cost, shared);
            MakeRoom(0); // others go first; what is held stays even where it is too large
        }
    }

    private void DropIfDone(CacheEntry<TKey, TValue> entry)
    {
        if (!entry.IsDone || entry.Holders > 0 || entry.Value is not { } value || !_entries.Remove(entry.Key)) return;
        dropped(entry.Key, value);
    }

    private CancellationTokenRegistration WakeOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(_ => { lock (_gate) Monitor.PulseAll(_gate); }, null);

    private void Load(CacheEntry<TKey, TValue> entry, Func<TValue> load)
    {
        try
        {
            var value = load();
            lock (_gate) entry.Value = value;
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                entry.Failure = ExceptionDispatchInfo.Capture(failure);
                _entries.Remove(entry.Key);
            }
            throw;
        }
        finally
        {
            lock (_gate) Grant();
        }
    }

    // Holds the entry of the key if there is one, waiting for whoever loads it.
    private CacheEntry<TKey, TValue>? Find(TKey key, CancellationToken cancellation)
    {
        while (_entries.TryGetValue(key, out var entry))
        {
            if (entry.Value is not null)
            {
                entry.Holders++;
                entry.IsDone = false;
                entry.LastUse = ++_uses;
                return entry;
            }
            cancellation.ThrowIfCancellationRequested();
            Monitor.Wait(_gate);
            entry.Failure?.Throw();
        }
        return null;
    }

    // Waits for room and returns an entry to load, or an entry that somebody else has loaded meanwhile.
    private CacheEntry<TKey, TValue> Reserve(TKey key, long estimate, CancellationToken cancellation)
    {
        var waiter = _waiters.AddLast(new Waiter(key, estimate));
        try
        {
            while (true)
            {
                Grant();
                if (waiter.Value.Granted is { } mine) return mine;
                if (Find(key, cancellation) is { } others) return others;
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }
        }
        finally
        {
            _waiters.Remove(waiter);
        }
    }

    // Serves those who wait for room in their order, up to the first for whom there is none.
    private void Grant()
    {
        foreach (var waiter in _waiters)
        {
            if (waiter.Granted is not null || _entries.ContainsKey(waiter.Key)) continue;
            if (!MakeRoom(waiter.Estimate)) break;
            waiter.Granted = new(waiter.Key, waiter.Estimate) { LastUse = ++_uses };
            _entries.Add(waiter.Key, waiter.Granted);
        }
        Monitor.PulseAll(_gate);
    }

    private long Total() => _entries.Values.Sum(e => e.Cost) + _entries.Values.Select(e => e.Shared).DefaultIfEmpty().Max();

    private bool MakeRoom(long needed)
    {
        while (Total() + needed > budget)
        {
            var oldest = _entries.Values.Where(e => e.Holders == 0).MinBy(e => e.LastUse);
            if (oldest is null) return false;
            _entries.Remove(oldest.Key);
            dropped(oldest.Key, oldest.Value!);
        }
        return true;
    }

    private sealed class Waiter(TKey key, long estimate)
    {
        public TKey Key => key;

        public long Estimate => estimate;

        public CacheEntry<TKey, TValue>? Granted { get; set; }
    }
}
