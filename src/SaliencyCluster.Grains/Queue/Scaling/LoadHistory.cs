using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>The load of a pool over the window that scale-down waits for. Pure: time is an argument.</summary>
internal sealed class LoadHistory(TimeSpan window, DateTimeOffset started)
{
    private const int Parts = 24;
    private readonly ArrivalRate _arrivals = new(window);
    private readonly Queue<Part> _parts = [];
    private Part? _newest;
    private WorkLoad _now;
    private int _workers;
    private int _floor;

    /// <summary>Takes note of the load now; call it every second.</summary>
    /// <param name="backlog">The work there is.</param>
    /// <param name="doneSeconds">Seconds of one device that all work done so far has taken.</param>
    /// <param name="busy">Devices that hold work.</param>
    /// <param name="workers">Workers that serve the pool and are not leaving.</param>
    /// <param name="now">The time.</param>
    /// <param name="others">What others do of the work meanwhile, in seconds of one device a second.</param>
    public void Record(Backlog backlog, double doneSeconds, int busy, int workers, DateTimeOffset now, double others = 0)
    {
        _now = new(backlog.Seconds, backlog.UnmeasuredSeconds, _arrivals.Record(doneSeconds + backlog.Seconds, now)) { Others = others };
        if (_newest is null || now - _newest.From >= window / Parts) _parts.Enqueue(_newest = new(now));
        _newest.Add(_now, busy);
        while (now - _parts.Peek().From > window) _parts.Dequeue();
        _workers = workers;
        // A queue that has just started knows neither rates nor what there was before it: until it has watched for a whole window,
        // nobody is sent away.
        _floor = now - started < window ? Math.Max(_floor, workers) : 0;
    }

    public PoolLoad Load()
    {
        var samples = _parts.Sum(p => p.Samples);
        return new(_now, [.. _parts.Select(p => p.Most)], _parts.Any(p => p.HadWork), samples > 0 ? _parts.Sum(p => p.Busy) / (double)samples : 0, _workers, _floor);
    }

    private sealed class Part(DateTimeOffset from)
    {
        public DateTimeOffset From { get; } = from;

        public WorkLoad Most { get; private set; }

        public bool HadWork { get; private set; }

        public long Busy { get; private set; }

        public int Samples { get; private set; }

        public void Add(WorkLoad load, int busy)
        {
            // Others that came or went within a part help with what they did for all of it.
            Most = Samples == 0 ? load : new(
                Math.Max(Most.BacklogSeconds, load.BacklogSeconds), Math.Max(Most.UnmeasuredSeconds, load.UnmeasuredSeconds),
                Math.Max(Most.Arriving, load.Arriving)) { Others = Math.Min(Most.Others, load.Others) };
            HadWork |= busy > 0 || load.BacklogSeconds > 0 || load.UnmeasuredSeconds > 0;
            (Busy, Samples) = (Busy + busy, Samples + 1);
        }
    }
}
