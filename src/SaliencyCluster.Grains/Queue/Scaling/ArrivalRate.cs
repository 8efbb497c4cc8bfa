namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>
/// How fast work arrives as a stream: the smaller of the means over the last two spans. A burst, which falls into one of them, is no
/// stream: the time in which the backlog should be done takes care of it.
/// </summary>
internal sealed class ArrivalRate(TimeSpan window)
{
    // With shorter spans the randomness of single jobs would move workers.
    private readonly TimeSpan _span = 2.5 * window;
    private readonly Queue<(DateTimeOffset At, double Seconds)> _older = [], _newer = [];

    /// <summary>Takes note of all work that has arrived so far and returns the rate; 0 before both spans are over.</summary>
    /// <param name="arrivedSeconds">What was done and what is left, in seconds of one device.</param>
    /// <param name="now">The time.</param>
    public double Record(double arrivedSeconds, DateTimeOffset now)
    {
        _newer.Enqueue((now, arrivedSeconds));
        while (now - _newer.Peek().At > _span) _older.Enqueue(_newer.Dequeue());
        while (_older.Count > 0 && now - _older.Peek().At > 2 * _span) _older.Dequeue();
        if (_older.Count == 0 || now - _older.Peek().At < 1.9 * _span) return 0;
        var (first, middle) = (_older.Peek(), _newer.Peek());
        return Math.Max(0, Math.Min(Rate(first, middle), Rate(middle, (now, arrivedSeconds))));
    }

    private static double Rate((DateTimeOffset At, double Seconds) from, (DateTimeOffset At, double Seconds) to) =>
        (to.Seconds - from.Seconds) / (to.At - from.At).TotalSeconds;
}
