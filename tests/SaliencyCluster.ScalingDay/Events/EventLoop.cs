namespace SaliencyCluster.ScalingDay.Events;

/// <summary>Time that jumps from one event to the next.</summary>
internal sealed class EventLoop(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _events = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>Does something later; what falls on the same time is done in the order it was asked for.</summary>
    public void After(double seconds, Action action) => _events.Enqueue(action, (Now.AddSeconds(seconds), _order++));

    /// <summary>Does something again and again until it says no.</summary>
    public void Every(double seconds, Func<bool> action) => After(seconds, () =>
    {
        if (action()) Every(seconds, action);
    });

    public void RunUntil(DateTimeOffset end)
    {
        while (_events.TryPeek(out var action, out var next) && next.At <= end)
        {
            _events.Dequeue();
            Now = next.At;
            action();
        }
        Now = end;
    }
}
