namespace SaliencyCluster.Runtime.Caching;

/// <summary>Keeps a value in its cache until it is disposed.</summary>
internal sealed class CacheLease<TKey, TValue>(BudgetedCache<TKey, TValue> cache, CacheEntry<TKey, TValue> entry) : IDisposable
    where TKey : notnull
    where TValue : class
{
    private int _released;

    public TValue Value => entry.Value!;

    /// <summary>Corrects the cost once it is measured; may drop others.</summary>
    public void SetCost(long cost) => cache.SetCost(entry, cost);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) cache.Release(entry);
    }
}
