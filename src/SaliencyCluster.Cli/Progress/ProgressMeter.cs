namespace SaliencyCluster.Cli.Progress;

/// <summary>How far long work is, how fast it goes and when it will be done. Thread-safe; draws nothing.</summary>
/// <param name="total">Units of work; 0 or less means unknown.</param>
/// <param name="clock">Measures the rate.</param>
internal sealed class ProgressMeter(long total, TimeProvider clock)
{
    // The rate is that of the last seconds: it follows a cluster that grows or shrinks.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.25);

    private readonly Lock _gate = new();
    private readonly Queue<(TimeSpan At, long Done)> _history = new([(TimeSpan.Zero, 0)]);
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _newest;
    private long _total = total;
    private long _done;

    /// <summary>Adds finished work; less than none where a job began again after its process died.</summary>
    public void Add(int units)
    {
        lock (_gate)
        {
            _done += units;
            var now = clock.GetElapsedTime(_started);
            if (units < 0) _history.Clear();
            else if (now - _newest < Spacing) return;
            _history.Enqueue((_newest = now, _done));
            while (_history.Count > 2 && now - _history.Peek().At > Window) _history.Dequeue();
        }
    }

    /// <summary>Adds work that was not known of; less than none where it turned out to be less.</summary>
    public void AddTotal(long units)
    {
        lock (_gate) _total += units;
    }

    /// <summary>Corrects the amount of work, where a method decides on the way how much it needs.</summary>
    public void SetTotal(long units)
    {
        lock (_gate) _total = units;
    }

    /// <summary>Gets everything at one moment.</summary>
    public Reading Read()
    {
        lock (_gate)
        {
            var now = clock.GetElapsedTime(_started);
            var (at, done) = _history.Peek();
            var rate = now > at ? (_done - done) / (now - at).TotalSeconds : 0;
            var left = rate > 0 && _total > 0 ? TimeSpan.FromSeconds(Math.Max(_total - _done, 0) / rate) : (TimeSpan?)null;
            return new(_done, _total, rate, now, left);
        }
    }

    /// <summary>A moment of the work.</summary>
    /// <param name="Done">Units done.</param>
    /// <param name="Total">Units in all; 0 or less means unknown.</param>
    /// <param name="Rate">Units per second, lately.</param>
    /// <param name="Elapsed">Time since the start.</param>
    /// <param name="Left">Time until everything is done; null where unknown.</param>
    public readonly record struct Reading(long Done, long Total, double Rate, TimeSpan Elapsed, TimeSpan? Left);
}
