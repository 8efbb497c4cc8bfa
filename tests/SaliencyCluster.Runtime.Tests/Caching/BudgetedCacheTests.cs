using System.Collections.Concurrent;
using SaliencyCluster.Runtime.Caching;

namespace SaliencyCluster.Runtime.Tests.Caching;

public sealed class BudgetedCacheTests
{
    private readonly List<string> _dropped = [];
    private readonly BudgetedCache<string, string> _cache;

    public BudgetedCacheTests() => _cache = new(100, (key, _) => _dropped.Add(key));

    [Fact]
    public void A_value_is_loaded_once_and_then_kept()
    {
        var loads = 0;
        for (var i = 0; i < 3; i++) Hold("a", 10, () => { loads++; return "A"; }).Dispose();
        Assert.Equal(1, loads);
        Assert.Equal(10, _cache.Cost);
    }

    [Fact]
    public void The_least_recently_used_value_is_dropped_when_room_is_needed()
    {
        Hold("a", 40).Dispose();
        Hold("b", 40).Dispose();
        Hold("a", 40).Dispose();
        Hold("c", 40).Dispose();
        Assert.Equal(["b"], _dropped);
        Assert.Equal(80, _cache.Cost);
    }

    [Fact]
    public void Of_what_values_share_the_largest_counts_once_and_makes_others_go()
    {
        foreach (var (key, shared) in new[] { ("a", 30), ("b", 50), ("c", 20) })
        {
            using var lease = Hold(key, 10);
            lease.SetCost(10, shared);
        }
        Assert.Equal(80, _cache.Cost);
        Hold("d", 25).Dispose();
        Assert.Equal(["a"], _dropped);
        Hold("e", 30).Dispose();
        Assert.Equal(["a", "b"], _dropped);
        Assert.Equal(85, _cache.Cost);
    }

    [Fact]
    public void What_is_held_is_never_dropped()
    {
        using var held = Hold("a", 40);
        Hold("b", 40).Dispose();
        Hold("c", 40).Dispose();
        Assert.Equal(["b"], _dropped);
        Assert.Equal("A", held.Value);
    }

    [Fact]
    public void What_is_done_with_goes_at_once_or_when_it_is_released_and_stays_where_it_is_used_again()
    {
        Hold("a", 10).Dispose();
        var held = Hold("b", 10);
        Hold("c", 10).Dispose();
        _cache.Drop(key => key is "a" or "b");
        Assert.Equal(["a"], _dropped);
        held.Dispose();
        Assert.Equal(["a", "b"], _dropped);

        var again = Hold("c", 10);
        _cache.Drop(key => key == "c");
        Hold("c", 10).Dispose();
        again.Dispose();
        Assert.Equal(["a", "b"], _dropped);
        Assert.Equal(["c"], _cache.Keys);
    }

    [Fact]
    public void A_value_over_the_whole_budget_is_refused_and_nothing_is_dropped_for_it()
    {
        Hold("a", 40).Dispose();
        Assert.Throws<InvalidOperationException>(() => Hold("b", 101));
        Assert.Empty(_dropped);
    }

    [Fact]
    public void A_measured_cost_above_the_estimate_drops_others()
    {
        Hold("a", 40).Dispose();
        using var held = Hold("b", 40);
        held.SetCost(90);
        Assert.Equal(["a"], _dropped);
        Assert.Equal(90, _cache.Cost);
    }

    [Fact]
    public async Task Who_needs_room_that_is_held_waits_until_it_is_given_back()
    {
        var held = Hold("a", 80);
        var waiting = OnThread(() => Hold("b", 80).Dispose());
        Assert.Empty(_dropped);
        held.Dispose();
        await waiting;
        Assert.Equal(["a"], _dropped);
    }

    [Fact]
    public async Task Waiting_for_room_ends_when_the_caller_gives_up()
    {
        using var held = Hold("a", 80);
        using var giveUp = new CancellationTokenSource();
        var waiting = OnThread(() => Hold("b", 80, cancellation: giveUp.Token).Dispose());
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Hold("c", 20).Dispose();
        Assert.Empty(_dropped);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_one_load()
    {
        using var barrier = new Barrier(4);
        var loads = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OnThread(() =>
        {
            barrier.SignalAndWait(TestContext.Current.CancellationToken);
            using var lease = Hold("a", 10, () => { loads.Add(1); return "A"; });
            Assert.Equal("A", lease.Value);
        })));
        Assert.Single(loads);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_a_failure_and_a_later_one_tries_again()
    {
        using var loading = new ManualResetEventSlim();
        using var mayFail = new ManualResetEventSlim();
        var first = OnThread(() => Hold("a", 10, () =>
        {
            loading.Set();
            mayFail.Wait(TestContext.Current.CancellationToken);
            throw new FormatException("broken");
        }));
        loading.Wait(TestContext.Current.CancellationToken);
        var second = OnThread(() => Hold("a", 10, () => throw new FormatException("broken")));
        mayFail.Set();
        await Assert.ThrowsAsync<FormatException>(() => first);
        await Assert.ThrowsAsync<FormatException>(() => second);
        using var lease = Hold("a", 10, () => "A");
        Assert.Equal("A", lease.Value);
    }

    [Fact]
    public async Task Many_threads_over_a_small_budget_all_get_what_they_ask_for()
    {
        var keys = new[] { "a", "b", "c", "d", "e" };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => OnThread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                var key = keys[(i * (thread + 2) + thread) % keys.Length];
                using var lease = Hold(key, 45);
                Assert.Equal(key.ToUpperInvariant(), lease.Value);
            }
        })));
        Assert.InRange(_cache.Cost, 45, 90);
    }

    private CacheLease<string, string> Hold(string key, long cost, Func<string>? load = null, CancellationToken? cancellation = null) =>
        _cache.Hold(key, cost, load ?? (() => key.ToUpperInvariant()), () => new InvalidOperationException("too large"),
            cancellation ?? TestContext.Current.CancellationToken);

    private static Task OnThread(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
