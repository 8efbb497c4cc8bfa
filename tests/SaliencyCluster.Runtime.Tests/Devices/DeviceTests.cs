using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Tests.Devices;

public sealed class DeviceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_gives_scores_and_the_weighted_sum_of_maps()
    {
        await using var device = TestDevice.Make();
        var (scores, partial) = await device.RunAsync(GraphSource.Of(HandGraphs.Square(2)), (runner, cancellation) =>
        {
            ((float[])[1, 2, 3, 4, 5, 6, 7, 8]).CopyTo(runner.Points);
            ((float[])[1, 0, 0, 0, 0, 1, 0, 0]).CopyTo(runner.OutputGradients);
            ((float[])[1, 0.5f]).CopyTo(runner.Weights);
            runner.Run(cancellation);
            return (runner.Scores.ToArray(), runner.Partial.ToArray());
        }, Cancellation);
        Assert.Equal([1, 36], scores);
        Assert.Equal([2, 6, 0, 0], partial);
    }

    [Fact]
    public async Task Buffers_that_the_graph_does_not_have_are_empty()
    {
        await using var device = TestDevice.Make();
        var lengths = await device.RunAsync(GraphSource.Of(HandGraphs.Square(2)),
            (runner, _) => (runner.Multipliers.Length, runner.PartialSquared.Length, runner.Outputs.Length), Cancellation);
        Assert.Equal((0, 0, 0), lengths);
    }

    [Fact]
    public async Task The_same_run_gives_the_same_bytes_alone_repeated_and_on_two_busy_lanes()
    {
        var graph = HandGraphs.Convolutions(4);
        await using var alone = TestDevice.Make(lanes: 1);
        await using var busy = TestDevice.Make(lanes: 2);
        var expected = new List<float[]>();
        for (var seed = 0; seed < 8; seed++) expected.Add(await alone.Evaluate(graph, seed));
        for (var seed = 0; seed < 8; seed++) Assert.Equal(expected[seed], await alone.Evaluate(graph, seed));
        var together = Enumerable.Range(0, 64).Select(async i => (Seed: i % 8, Result: await busy.Evaluate(graph, i % 8)));
        Assert.All(await Task.WhenAll(together), run => Assert.Equal(expected[run.Seed], run.Result));
    }

    [Fact]
    public async Task Urgent_work_goes_before_everything_that_has_not_begun_even_when_the_queue_is_full()
    {
        await using var device = TestDevice.Make(lanes: 1);
        var graph = GraphSource.Of(HandGraphs.Square(1));
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var order = new List<string>();
        var first = device.RunAsync(graph, (_, _) => { begun.Set(); gate.Wait(Cancellation); return Note("first"); }, Cancellation);
        begun.Wait(Cancellation);
        var others = Enumerable.Range(0, 1000).Select(i => device.RunAsync(graph, (_, _) => Note($"{i}"), Cancellation)).ToList();
        var urgent = device.RunAsync(graph, (_, _) => Note("urgent"), Cancellation, urgent: true);
        gate.Set();
        await Task.WhenAll([first, urgent, .. others]);
        Assert.Equal(["first", "urgent", "0", "1"], order.Take(4));
        Assert.Equal(1002, order.Count);

        bool Note(string what)
        {
            order.Add(what);
            return true;
        }
    }

    [Fact]
    public async Task Urgent_work_that_never_ends_leaves_other_work_an_eighth_of_the_lane()
    {
        var clock = new FakeTimeProvider();
        await using var device = TestDevice.Make(lanes: 1, clock: clock);
        var graph = GraphSource.Of(HandGraphs.Square(1));
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var order = new List<char>();
        var first = device.RunAsync(graph, (_, _) => { begun.Set(); gate.Wait(Cancellation); return true; }, Cancellation);
        begun.Wait(Cancellation);
        var others = Enumerable.Range(0, 3).Select(_ => device.RunAsync(graph, (_, _) => Note('o', 1), Cancellation)).ToList();
        var urgent = Enumerable.Range(0, 40)
            .Select(_ => device.RunAsync(graph, (_, _) => Note('u', 0.5), Cancellation, urgent: true)).ToList();
        gate.Set();
        await Task.WhenAll([first, .. others, .. urgent]);
        // Two seconds undisturbed, then seven for each second of the others.
        Assert.Equal($"uuuuo{new string('u', 14)}o{new string('u', 14)}o{new string('u', 8)}", string.Concat(order));

        bool Note(char what, double seconds)
        {
            order.Add(what);
            clock.Advance(TimeSpan.FromSeconds(seconds));
            return true;
        }
    }

    [Fact]
    public async Task Urgent_work_on_a_stopped_device_fails_like_any_other()
    {
        var device = TestDevice.Make(lanes: 1);
        await device.DisposeAsync();
        var error = await Assert.ThrowsAsync<SaliencyException>(() => device.RunAsync(GraphSource.Of(HandGraphs.Square(1)), (_, _) => true, Cancellation, urgent: true));
        Assert.Equal("SAL4008", error.Code);
    }

    [Fact]
    public async Task Work_runs_on_threads_of_the_device_and_its_continuation_does_not()
    {
        await using var device = TestDevice.Make(lanes: 2);
        var onPool = await device.RunAsync(GraphSource.Of(HandGraphs.Square(1)), (_, _) => Thread.CurrentThread.IsThreadPoolThread, Cancellation);
        Assert.False(onPool);
        Assert.DoesNotContain("lane", Thread.CurrentThread.Name ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graph_is_loaded_after_the_first_run()
    {
        await using var device = TestDevice.Make();
        var graph = HandGraphs.Convolutions(4);
        Assert.False(device.IsLoaded(GraphSource.Of(graph)));
        await device.Evaluate(graph, 1);
        Assert.True(device.IsLoaded(GraphSource.Of(graph)));
    }

    [Fact]
    public async Task Work_that_waits_is_cancelled_without_being_started()
    {
        await using var device = TestDevice.Make();
        using var mayEnd = new ManualResetEventSlim();
        var first = device.RunAsync(GraphSource.Of(HandGraphs.Square(1)), (_, _) => { mayEnd.Wait(Cancellation); return 1; }, Cancellation);
        using var cancel = new CancellationTokenSource();
        var started = false;
        var second = device.RunAsync(GraphSource.Of(HandGraphs.Square(1)), (_, _) => started = true, cancel.Token);
        await cancel.CancelAsync();
        mayEnd.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, await first);
        Assert.False(started);
    }

    [Fact]
    public async Task A_run_on_its_way_ends_when_its_caller_cancels_and_the_lane_lives_on()
    {
        await using var device = TestDevice.Make();
        using var cancel = new CancellationTokenSource();
        var running = new TaskCompletionSource();
        var hung = device.RunAsync(GraphSource.Of(HandGraphs.Endless()), (runner, cancellation) => RunForever(runner, running, cancellation), cancel.Token);
        await running.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hung);
        Assert.Equal(5, (await device.Evaluate(HandGraphs.Square(1), 1)).Length);
    }

    [Fact]
    public async Task A_hung_run_is_given_up_after_the_timeout_and_the_lane_lives_on()
    {
        var clock = new FakeTimeProvider();
        await using var device = TestDevice.Make(clock: clock, options: new() { RunTimeout = TimeSpan.FromSeconds(10) });
        var hung = device.RunAsync(GraphSource.Of(HandGraphs.Endless()), (runner, cancellation) => RunForever(runner, null, cancellation), Cancellation);
        while (!hung.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
        var error = await Assert.ThrowsAsync<SaliencyException>(() => hung);
        Assert.Equal("SAL4006", error.Code);
        Assert.Equal("Evaluating 1 points of model endless on cpu took longer than 00:00:10.", error.What);
    }

    [Fact]
    public async Task Stopping_ends_running_work_and_refuses_what_waits_and_what_comes_later()
    {
        var device = TestDevice.Make();
        var running = new TaskCompletionSource();
        var hung = device.RunAsync(GraphSource.Of(HandGraphs.Endless()), (runner, cancellation) => RunForever(runner, running, cancellation), Cancellation);
        var waiting = device.Evaluate(HandGraphs.Square(1), 1);
        await running.Task;
        await device.DisposeAsync();
        var late = device.Evaluate(HandGraphs.Square(1), 1);
        foreach (var task in (Task[])[hung, waiting, late])
        {
            var error = await Assert.ThrowsAsync<SaliencyException>(() => task);
            Assert.Equal("SAL4008", error.Code);
        }
    }

    [Fact]
    public async Task Stopping_leaves_a_run_behind_that_never_ends_and_refuses_what_waits()
    {
        var clock = new FakeTimeProvider();
        var device = TestDevice.Make(clock: clock);
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var stuck = device.RunAsync(GraphSource.Of(HandGraphs.Square(1)), (_, _) => { begun.Set(); mayEnd.Wait(Cancellation); return 1; }, Cancellation);
        var waiting = device.Evaluate(HandGraphs.Square(1), 1);
        begun.Wait(Cancellation);
        var stopping = device.DisposeAsync().AsTask();
        while (!stopping.IsCompleted)
        {
            Assert.False(waiting.IsCompletedSuccessfully);
            clock.Advance(Device.StopTime);
            await Task.Yield();
        }
        await stopping;
        Assert.Equal("SAL4008", (await Assert.ThrowsAsync<SaliencyException>(() => waiting)).Code);
        mayEnd.Set();
        Assert.Equal(1, await stuck);
    }

    [Fact]
    public async Task An_exception_of_the_work_reaches_its_caller_and_the_lane_lives_on()
    {
        await using var device = TestDevice.Make();
        await Assert.ThrowsAsync<FormatException>(() =>
            device.RunAsync<int>(GraphSource.Of(HandGraphs.Square(1)), (_, _) => throw new FormatException("mine"), Cancellation));
        Assert.Equal(5, (await device.Evaluate(HandGraphs.Square(1), 1)).Length);
    }

    private static int RunForever(Attribution.Runs.IGraphRunner runner, TaskCompletionSource? running, CancellationToken cancellation)
    {
        runner.Points.Fill(1e15f);
        running?.SetResult();
        runner.Run(cancellation);
        return 0;
    }
}
