using System.Runtime.ExceptionServices;

namespace SaliencyCluster.Runtime.Caching;

/// <summary>One value of a <see cref="BudgetedCache{TKey,TValue}"/>, from the first caller on; guarded by the lock of the cache.</summary>
/// <remarks>It waits for room, is admitted, is claimed by one of its holders, and is then loaded or failed; each step happens once.</remarks>
internal sealed class CacheEntry<TKey, TValue>(TKey key, long cost)
    where TValue : class
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TKey Key => key;

    /// <summary>Gets a task that completes when there is room for the value.</summary>
    public Task Admitted => _admitted.Task;

    /// <summary>Gets a task that completes when the value is loaded or cannot be; it never fails itself.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Gets or sets whether one of the holders has taken it on to load the value.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>Gets the value; null before it is loaded.</summary>
    public TValue? Value { get; private set; }

    /// <summary>Gets why loading failed, for everybody who waits for it.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    public long Cost { get; set; } = cost;

    /// <summary>Gets or sets what it needs together with others.</summary>
    public long Shared { get; set; }

    /// <summary>Gets or sets how many callers hold it or wait for it.</summary>
    public int Holders { get; set; }

    public long LastUse { get; set; }

    /// <summary>Gets or sets whether it goes as soon as nobody holds it.</summary>
    public bool IsDone { get; set; }

    public void Admit() => _admitted.SetResult();

    public void Succeed(TValue value)
    {
        Value = value;
        _ended.SetResult();
    }

    public void Fail(Exception failure)
    {
        Failure = ExceptionDispatchInfo.Capture(failure);
        _ended.SetResult();
    }
}
