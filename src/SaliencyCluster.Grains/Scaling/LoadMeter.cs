using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Scaling;

/// <summary>Measures the load of one pool's queue. Pure: time is an argument.</summary>
internal sealed class LoadMeter(PoolQueue queue, ScalingOptions options, TimeSpan announcementsLast, DateTimeOffset started)
{
    private readonly AnnouncedWork _announced = new(announcementsLast);
    private readonly LoadHistory _history = new(options.ScaleDownAfter, started);

    /// <summary>Takes note of what a job has not started yet.</summary>
    public void Announce(JobBacklog backlog, DateTimeOffset now) => _announced.Announce(backlog, now);

    /// <summary>Measures; call it every second.</summary>
    /// <param name="workers">Worker processes that are members of the cluster and serve the pool.</param>
    /// <param name="now">The time.</param>
    public void Tick(int workers, DateTimeOffset now)
    {
        _announced.Tick(now);
        var busy = queue.Devices.All.Count(d => d.Leases.Count > 0);
        _history.Record(Backlog.Of(queue, _announced, options.AssumedPointsPerSecond), queue.Speeds.DoneSeconds, busy, workers, now);
    }

    /// <summary>Gets the load as of the last measurement.</summary>
    public PoolLoad Load() => _history.Load();
}
