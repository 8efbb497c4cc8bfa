using SaliencyCluster.Grains.Computing;

namespace SaliencyCluster.Grains.Tests.Computing;

public sealed class GatewayComputeTests
{
    [Fact]
    public async Task No_more_is_computed_at_a_time_than_there_are_threads()
    {
        var compute = new GatewayCompute(2);
        using var mayEnd = new ManualResetEventSlim();
        using var started = new CountdownEvent(2);
        var (running, most) = (0, 0);
        int Work()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (!started.IsSet) started.Signal();
            mayEnd.Wait(TestContext.Current.CancellationToken);
            Interlocked.Decrement(ref running);
            return now;
        }
        var all = Enumerable.Range(0, 8).Select(_ => compute.RunAsync(Work)).ToArray();
        started.Wait(TestContext.Current.CancellationToken);
        mayEnd.Set();
        await Task.WhenAll(all);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_measure_that_takes_long_leaves_a_thread_to_images()
    {
        var compute = new GatewayCompute(2);
        using var mayEnd = new ManualResetEventSlim();
        var measures = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => mayEnd.Wait(TestContext.Current.CancellationToken), CancellationToken.None, TaskCreationOptions.DenyChildAttach, compute.ForEvaluations)).ToArray();
        Assert.Equal(7, await compute.RunAsync(() => 7));
        Assert.Equal(8, await compute.RunAsync(() => Task.FromResult(8)));
        mayEnd.Set();
        await Task.WhenAll(measures);
    }

    [Fact]
    public async Task Work_is_not_done_where_it_is_asked_for()
    {
        var asker = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        var compute = new GatewayCompute(2);
        var (own, there) = await Task.Factory.StartNew(
            async () => (TaskScheduler.Current, await compute.RunAsync(() => TaskScheduler.Current)), CancellationToken.None, TaskCreationOptions.DenyChildAttach, asker).Unwrap();
        Assert.Same(asker, own);
        Assert.NotSame(asker, there);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = most; known < value; known = most)
        {
            if (Interlocked.CompareExchange(ref most, value, known) == known) return;
        }
    }
}
