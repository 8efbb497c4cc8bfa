using System.Runtime.ExceptionServices;

namespace SaliencyCluster.Runtime.Caching;

/// <summary>One value of a <see cref="BudgetedCache{TKey,TValue}"/>; guarded by the lock of the cache.</summary>
internal sealed class CacheEntry<TKey, TValue>(TKey key, long cost)
    where TValue : class
{
    public TKey Key => key;

    /// <summary>Gets or sets the value; null while it is loaded.</summary>
    public TValue? Value { get; set; }

    /// <summary>Gets or sets why loading failed, for everybody who waits for it.</summary>
    public ExceptionDispatchInfo? Failure { get; set; }

    public long Cost { get; set; } = cost;

    /// <summary>Gets or sets what it needs together with others.</summary>
    public long Shared { get; set; }

    /// <summary>Gets or sets how many leases there are; whoever loads holds one.</summary>
    public int Holders { get; set; } = 1;

    public long LastUse { get; set; }

    /// <summary>Gets or sets whether it goes as soon as nobody holds it.</summary>
    public bool IsDone { get; set; }
}
