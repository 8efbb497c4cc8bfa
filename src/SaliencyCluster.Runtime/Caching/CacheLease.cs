namespace SaliencyCluster.Runtime.Caching;

/// <summary>Keeps a value in its cache until it is disposed.</summary>
internal sealed class CacheLease<TKey, TValue>(BudgetedCache<TKey, TValue> cache, CacheEntry<TKey, TValue> entry) : IDisposable
    where TKey : notnull
    where TValue : class
{
    private int _released;

    public TValue Value => entry.Value!;

    /// <summary>Corrects the cost once it is measured; may drop others.</summary>
    /// <param name="cost">What it costs alone.</param>
    /// <param name="shared">What it needs together with others: of all of them the largest counts.</param>
    public void SetCost(long cost, long shared = 0) => cache.SetCost(entry, cost, shared);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) cache.Release(entry);
    }
}
