using Microsoft.Extensions.Time.Testing;

namespace SaliencyCluster.Runtime.Tests.Bench;

/// <summary>Lanes that take a fixed time for a piece of work, in fake time: first come, first served, everything on the caller's thread.</summary>
internal sealed class FakeLanes
{
    private readonly List<Lane> _lanes;
    private readonly Queue<TaskCompletionSource> _waiting = new();

    /// <summary>Makes lanes.</summary>
    /// <param name="times">What each takes for a piece.</param>
    /// <param name="offset">How much later each lane is with its first piece than the one before it.</param>
    public FakeLanes(IEnumerable<TimeSpan> times, TimeSpan offset = default) => _lanes = [.. times.Select((t, i) => new Lane(t, i * offset))];

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Gets how many pieces somebody still waits for.</summary>
    public int Pending => _waiting.Concat(_lanes.Select(l => l.Work)).Count(w => w is { Task.IsCompleted: false });

    public Task Work(CancellationToken cancellation)
    {
        // Its continuation runs at once, where it is completed: the fake time stands still until everybody has said that he is done.
        var work = new TaskCompletionSource();
        cancellation.Register(() => work.TrySetCanceled(cancellation));
        _waiting.Enqueue(work);
        Assign();
        return work.Task;
    }

    /// <summary>Lets time pass until a task is done.</summary>
    public async Task<T> Until<T>(Task<T> done)
    {
        while (!done.IsCompleted)
        {
            var next = _lanes.Where(l => l.Work is not null).MinBy(l => l.Ends)!;
            Clock.Advance(next.Ends - Clock.GetUtcNow());
            var work = next.Work!;
            next.Work = null;
            Assign();
            work.TrySetResult();
        }
        return await done;
    }

    private void Assign()
    {
        foreach (var lane in _lanes.Where(l => l.Work is null))
        {
            if (!_waiting.TryDequeue(out var work)) return;
            (lane.Work, lane.Ends) = (work, Clock.GetUtcNow() + lane.Time + lane.Offset);
            lane.Offset = TimeSpan.Zero;
        }
    }

    private sealed class Lane(TimeSpan time, TimeSpan offset)
    {
        public TimeSpan Time => time;

        public TimeSpan Offset { get; set; } = offset;

        public TaskCompletionSource? Work { get; set; }

        public DateTimeOffset Ends { get; set; }
    }
}
