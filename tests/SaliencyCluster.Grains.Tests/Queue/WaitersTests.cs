using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>Long polls on a scheduler that runs what has come up only when it is told to, as a busy grain does.</summary>
public sealed class WaitersTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private readonly Waiters _waiters = new();
    private readonly FakeTimeProvider _time = new();
    private readonly QueueBench _bench = new();
    private readonly Turns _turns = new();

    [Fact]
    public void What_is_granted_after_the_time_was_over_and_before_the_wait_has_noticed_reaches_the_device()
    {
        var waiting = Ask("a", Test.Token);
        _time.Advance(Wait);
        _bench.Publish("t/job/0", shards: 1);
        Serve();
        Assert.Equal("t/job/0", Assert.Single(Result(waiting)).Image);
    }

    [Fact]
    public void What_is_granted_to_a_caller_who_has_gone_is_known_and_can_be_taken_back()
    {
        using var caller = new CancellationTokenSource();
        var waiting = Ask("a", caller.Token);
        caller.Cancel();
        _bench.Publish("t/job/0", shards: 1);
        Serve();
        var lost = Result(waiting);
        Assert.Single(lost);
        Assert.Empty(_bench.Acquire("b"));

        _bench.Queue.TakeBack(lost);
        Assert.Equal(1, _bench.One("b").Attempt);
    }

    [Fact]
    public void A_device_that_asks_again_waits_once()
    {
        var (first, other, second) = (Ask("a", Test.Token), Ask("b", Test.Token), Ask("a", Test.Token));
        Assert.Equal(2, _waiters.Count);
        _bench.Publish("t/job/0", shards: 2);
        Serve();
        Assert.Equal([0, 1, 1], new[] { first, other, second }.Select(w => Result(w).Count));
    }

    [Fact]
    public void A_process_that_has_died_waits_no_longer()
    {
        var (dead, alive) = (Ask("a", Test.Token), Ask("b", Test.Token));
        _waiters.LetGo(QueueBench.Device("a").SiloAddress);
        Assert.Equal(1, _waiters.Count);
        _bench.Publish("t/job/0", shards: 1);
        Serve();
        Assert.Equal([0, 1], new[] { dead, alive }.Select(w => Result(w).Count));
    }

    [Fact]
    public void Nothing_is_the_answer_when_the_time_is_over()
    {
        var waiting = Ask("a", Test.Token);
        _time.Advance(Wait);
        Assert.Empty(Result(waiting));
        Assert.Equal(0, _waiters.Count);
    }

    private Task<IReadOnlyList<Lease>> Ask(string device, CancellationToken cancellation) =>
        _turns.Run(() => _waiters.WaitAsync(new(QueueBench.Device(device), 10, 1, [], Wait), _time, cancellation));

    private void Serve() => _waiters.Serve(() => _bench.Queue.NextModel(), request => _bench.Queue.Acquire(request, _bench.Now));

    private IReadOnlyList<Lease> Result(Task<IReadOnlyList<Lease>> waiting)
    {
        _turns.RunUntilEnded(waiting);
        return waiting.GetAwaiter().GetResult();
    }

    private sealed class Turns : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Turn, object? State)> _next = [];

        public override void Post(SendOrPostCallback d, object? state) => _next.Add((d, state));

        public T Run<T>(Func<T> start)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return start();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        // What a wait goes on with is posted by the thread that ends it, perhaps a moment later.
        public void RunUntilEnded(Task waiting)
        {
            while (!waiting.IsCompleted)
            {
                Assert.True(_next.TryTake(out var next, TimeSpan.FromMinutes(1)), $"Nothing has come up for a minute; the wait is {waiting.Status}.");
                next.Turn(next.State);
            }
        }
    }
}
