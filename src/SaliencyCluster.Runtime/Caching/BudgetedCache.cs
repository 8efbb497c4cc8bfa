namespace SaliencyCluster.Runtime.Caching;

/// <summary>
/// Things that cost memory, the least recently used dropped first. What somebody holds is never dropped; who needs room
/// that is held waits for it, first come first served. Concurrent callers of one key share one load, and its failure.
/// </summary>
/// <remarks>
/// Callers block: only for threads that belong to a device. Who holds a lease must not wait for another one.
/// No wake-up can be lost: every caller of a key joins its one entry under the lock and waits for that entry's tasks alone.
/// An entry waits for room, and <see cref="Admit"/> runs after everything that can make room. Once it is admitted, the first of
/// its callers to take the lock claims it, and a claim always ends in a value or a failure. An entry that all callers leave
/// before that is removed.
/// </remarks>
internal sealed class BudgetedCache<TKey, TValue>(long budget, Action<TKey, TValue> dropped)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, CacheEntry<TKey, TValue>> _entries = [];
    private readonly LinkedList<CacheEntry<TKey, TValue>> _waiting = new(); // for room, in the order of their first callers
    private long _uses;

    /// <summary>Gets what everything that is loaded or being loaded costs together.</summary>
    public long Cost
    {
        get { lock (_gate) return Total(); }
    }

    /// <summary>Gets the keys of everything that is loaded.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get { lock (_gate) return [.. _entries.Values.Where(e => e.Value is not null).Select(e => e.Key)]; }
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
            Admit();
        }
    }

    /// <summary>Holds the value of a key where it is loaded or being loaded; null otherwise.</summary>
    public CacheLease<TKey, TValue>? TryHold(TKey key, CancellationToken cancellation)
    {
        CacheEntry<TKey, TValue>? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry) || !entry.IsClaimed) return null;
            Join(entry);
        }
        return WaitForValue(entry, cancellation);
    }

    /// <summary>Holds the value of a key, loading it where needed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="estimate">The cost of the value, as far as it is known before it is loaded.</param>
    /// <param name="load">Makes the value.</param>
    /// <param name="tooLarge">The error when the value alone is over the budget.</param>
    /// <param name="cancellation">Gives up waiting for room or for another caller's load.</param>
    public CacheLease<TKey, TValue> Hold(TKey key, long estimate, Func<TValue> load, Func<Exception> tooLarge, CancellationToken cancellation)
    {
        CacheEntry<TKey, TValue>? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry))
            {
                if (estimate > budget) throw tooLarge();
                entry = new(key, estimate);
                _entries.Add(key, entry);
                _waiting.AddLast(entry);
            }
            Join(entry);
            Admit();
        }
        Wait(entry.Admitted, entry, cancellation);
        if (Claim(entry)) Load(entry, load);
        return WaitForValue(entry, cancellation);
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
            if (entry is { Holders: 0, IsClaimed: false }) Remove(entry); // all who wanted it gave up
            DropIfDone(entry);
            Admit();
        }
    }

    internal void SetCost(CacheEntry<TKey, TValue> entry, long cost, long shared)
    {
        lock (_gate)
        {
            (entry.Cost, entry.Shared) = (cost, shared);
            MakeRoom(0); // others go first; what is held stays even where it is too large
            Admit();
        }
    }

    private void Join(CacheEntry<TKey, TValue> entry)
    {
        entry.Holders++;
        entry.IsDone = false;
        entry.LastUse = ++_uses;
    }

    private bool Claim(CacheEntry<TKey, TValue> entry)
    {
        lock (_gate)
        {
            if (entry.IsClaimed) return false;
            return entry.IsClaimed = true;
        }
    }

    // Whoever claimed an entry is here, so it ends whatever happens. A failure goes to all who wait, through WaitForValue.
    private void Load(CacheEntry<TKey, TValue> entry, Func<TValue> load)
    {
        try
        {
            var value = load();
            lock (_gate) entry.Succeed(value);
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                Remove(entry);
                entry.Fail(failure);
                Admit();
            }
        }
    }

    private CacheLease<TKey, TValue> WaitForValue(CacheEntry<TKey, TValue> entry, CancellationToken cancellation)
    {
        if (!entry.Ended.IsCompleted) Wait(entry.Ended, entry, cancellation);
        entry.Failure?.Throw();
        return new(this, entry);
    }

    private void Wait(Task task, CacheEntry<TKey, TValue> entry, CancellationToken cancellation)
    {
        try
        {
            if (!task.IsCompleted) task.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            Release(entry);
            throw;
        }
    }

    // Gives room to those who wait for it in their order, up to the first for whom there is none.
    private void Admit()
    {
        while (_waiting.First is { } first && MakeRoom(first.Value.Cost))
        {
            _waiting.RemoveFirst();
            first.Value.Admit();
        }
    }

    private void Remove(CacheEntry<TKey, TValue> entry)
    {
        _entries.Remove(entry.Key);
        _waiting.Remove(entry);
    }

    private void DropIfDone(CacheEntry<TKey, TValue> entry)
    {
        if (entry is { IsDone: true, Holders: 0, Value: not null }) DropValue(entry);
    }

    private void DropValue(CacheEntry<TKey, TValue> entry)
    {
        _entries.Remove(entry.Key);
        dropped(entry.Key, entry.Value!);
    }

    private long Total()
    {
        long total = 0, shared = 0;
        foreach (var entry in _entries.Values.Where(e => e.Admitted.IsCompleted))
        {
            total += entry.Cost;
            shared = Math.Max(shared, entry.Shared);
        }
        return total + shared;
    }

    private bool MakeRoom(long needed)
    {
        while (Total() + needed > budget)
        {
            var oldest = _entries.Values.Where(e => e is { Holders: 0, Value: not null }).MinBy(e => e.LastUse);
            if (oldest is null) return false;
            DropValue(oldest);
        }
        return true;
    }
}
