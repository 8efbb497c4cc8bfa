using System.Collections.Concurrent;
using SaliencyCluster.Runtime.Caching;

namespace SaliencyCluster.Runtime.Tests.Caching;

/// <summary>The cache against models of it: an exact one for one caller, invariants and progress for many.</summary>
public sealed class CacheModelTests
{
    private const long Budget = 100;

    // Only a hang takes this long; nothing is measured by it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void One_caller_sees_what_a_list_in_order_of_use_would_show(int seed)
    {
        var random = new Random(seed);
        var dropped = new List<int>();
        var cache = new BudgetedCache<int, string>(Budget, (key, _) => dropped.Add(key));
        var model = new List<(int Key, int Cost)>(); // the least recently used first
        var expected = new List<int>();
        for (var step = 0; step < 2_000; step++)
        {
            var (key, fails) = (random.Next(8), random.Next(4) == 0);
            var cost = 10 + 7 * key;
            var known = model.FindIndex(e => e.Key == key);
            if (random.Next(10) == 0)
            {
                cache.Drop(k => k == key);
                if (known >= 0) (expected, model) = ([.. expected, key], [.. model.Where(e => e.Key != key)]);
            }
            else if (known >= 0)
            {
                Hold(cache, key, cost).Dispose();
                model = [.. model.Where(e => e.Key != key), (key, cost)];
            }
            else
            {
                while (model.Sum(e => e.Cost) + cost > Budget) (expected, model) = ([.. expected, model[0].Key], [.. model.Skip(1)]);
                if (fails) Assert.Throws<FormatException>(() => Hold(cache, key, cost, () => throw new FormatException()));
                else Hold(cache, key, cost).Dispose();
                if (!fails) model.Add((key, cost));
            }
            Assert.Equal(model.Sum(e => e.Cost), cache.Cost);
            Assert.Equal(model.Select(e => e.Key).Order(), cache.Keys.Order());
        }
        Assert.Equal(expected, dropped);
    }

    [Fact]
    public async Task A_failing_load_leaves_nothing_behind_where_two_more_wait_for_the_same_room()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        for (var round = 0; round < 50; round++)
        {
            var cache = new BudgetedCache<int, string>(Budget, (_, _) => { });
            var held = Hold(cache, 0, Budget);
            var lanes = Enumerable.Range(0, 3).Select(_ => Lane.Start(() => Assert.Throws<FormatException>(() => Hold(cache, 1, 60, Fail, stop.Token)))).ToList();
            SpinWait.SpinUntil(() => lanes.TrueForAll(l => l.IsBlocked));
            held.Dispose();
            await EndAsync(lanes, stop);
            await EndAsync([Lane.Start(() => Hold(cache, 1, 60, cancellation: stop.Token).Dispose())], stop);
        }

        static string Fail()
        {
            for (var i = 0; i < 100; i++) Thread.Yield(); // lets the others see that somebody loads
            throw new FormatException("broken");
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public async Task Many_lanes_over_a_full_budget_with_failing_loads_all_go_on(int seed, int lanes)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var model = new ConcurrentDictionary<int, Loaded>();
        var broken = new ConcurrentQueue<string>();
        var cache = new BudgetedCache<int, Loaded>(Budget, (key, value) =>
        {
            if (value.Holders != 0) broken.Enqueue($"{key} was dropped while it was held");
            if (!model.TryRemove(new(key, value))) broken.Enqueue($"{key} was dropped though it was not loaded");
        });
        await EndAsync([.. Enumerable.Range(0, lanes).Select(lane => Lane.Start(() => Work(new Random(seed * 100 + lane))))], stop);
        Assert.Empty(broken);
        Assert.Equal(model.Keys.Order(), cache.Keys.Order());
        Assert.Equal(model.Keys.Sum(Cost), cache.Cost);
        await EndAsync([.. Enumerable.Range(0, 6).Select(key => Lane.Start(() => cache.Hold(key, Cost(key), () => Load(key, false), TooLarge, stop.Token).Dispose()))], stop);

        void Work(Random random)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var (key, fails) = (random.Next(6), random.Next(3) == 0);
                using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                if (random.Next(5) == 0) giveUp.Cancel();
                try
                {
                    if (random.Next(4) == 0) cache.Drop(k => k == key);
                    using var lease = (random.Next(2) == 0 ? cache.TryHold(key, giveUp.Token) : null)
                        ?? cache.Hold(key, Cost(key), () => Load(key, fails), TooLarge, giveUp.Token);
                    Interlocked.Increment(ref lease.Value.Holders);
                    if (lease.Value.Key != key) broken.Enqueue($"{key} gave the value of {lease.Value.Key}");
                    if (random.Next(3) == 0) Thread.Yield();
                    Interlocked.Decrement(ref lease.Value.Holders);
                }
                catch (FormatException)
                {
                    // This caller's load, or that of another one which it waited for.
                }
                catch (OperationCanceledException) when (giveUp.IsCancellationRequested && !stop.IsCancellationRequested)
                {
                    // It had to wait, and had given up before.
                }
            }
        }

        Loaded Load(int key, bool fails)
        {
            Thread.Yield();
            if (cache.Cost > Budget) broken.Enqueue($"{key} was loaded over the budget");
            if (fails) throw new FormatException("broken");
            var value = new Loaded(key);
            if (!model.TryAdd(key, value)) broken.Enqueue($"{key} was loaded twice");
            return value;
        }
    }

    private static long Cost(int key) => 30 + 14 * key; // from a third of the budget to all of it

    private static Exception TooLarge() => new InvalidOperationException("too large");

    private static CacheLease<int, string> Hold(
        BudgetedCache<int, string> cache, int key, long cost, Func<string>? load = null, CancellationToken? cancellation = null) =>
        cache.Hold(key, cost, load ?? (() => "value"), TooLarge, cancellation ?? TestContext.Current.CancellationToken);

    private static async Task EndAsync(IReadOnlyList<Lane> lanes, CancellationTokenSource stop)
    {
        try
        {
            await Task.WhenAll(lanes.Select(l => l.Ended)).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{lanes.Count(l => !l.Ended.IsCompleted)} of {lanes.Count} lanes hang.");
        }
        finally
        {
            if (lanes.Any(l => !l.Ended.IsCompleted)) await stop.CancelAsync();
        }
    }

    private sealed class Loaded(int key)
    {
        public int Holders;

        public int Key => key;
    }

    private sealed class Lane
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Thread _thread;

        private Lane(Action work)
        {
            _thread = new(() =>
            {
                try
                {
                    work();
                    _ended.SetResult();
                }
                catch (Exception e)
                {
                    _ended.SetException(e);
                }
            }) { IsBackground = true };
        }

        public Task Ended => _ended.Task;

        public bool IsBlocked => _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin);

        public static Lane Start(Action work)
        {
            var lane = new Lane(work);
            lane._thread.Start();
            return lane;
        }
    }
}
