using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>Measures the load of one pool's queue. Pure: time is an argument.</summary>
internal sealed class LoadMeter(PoolQueue queue, ScalingOptions options, TimeSpan announcementsLast, DateTimeOffset started)
{
    private readonly AnnouncedWork _announced = new(announcementsLast);
    private readonly LoadHistory _history = new(options.ScaleDownAfter, started);
    private readonly Dictionary<string, LoadHistory> _providers =
        PoolQueue.Providers.ToDictionary(p => p, _ => new LoadHistory(options.ScaleDownAfter, started));

    /// <summary>Takes note of what a job has not started yet.</summary>
    public void Announce(JobBacklog backlog, DateTimeOffset now) => _announced.Announce(backlog, now);

    /// <summary>Measures; call it every second.</summary>
    /// <param name="workers">Worker processes that are members of the cluster and serve the pool.</param>
    /// <param name="now">The time.</param>
    public void Tick(int workers, DateTimeOffset now)
    {
        _announced.Tick(now);
        var busy = queue.Devices.All.Count(d => d.Leases.Count > 0);
        var points = Backlog.Points(queue, _announced);
        _history.Record(Of(points, null), queue.Speeds.DoneSeconds, busy, workers, now);
        var backlogs = _providers.Keys.ToDictionary(p => p, p => Of(points, p));
        foreach (var (provider, history) in _providers)
        {
            var own = queue.Devices.All.Where(d => d.Id.Provider == provider).ToList();
            history.Record(
                backlogs[provider], queue.SpeedsOf(provider).DoneSeconds, own.Count(d => d.Leases.Count > 0),
                own.Where(d => d.TakesWork).Select(d => d.Id.SiloAddress).Distinct().Count(), now, OthersOf(provider, backlogs));
        }
    }

    /// <summary>Gets the load as of the last measurement.</summary>
    public PoolLoad Load() => _history.Load() with { Providers = _providers.ToDictionary(p => p.Key, p => p.Value.Load()) };

    private Backlog Of(IReadOnlyDictionary<WorkKind, long> points, string? provider) =>
        Backlog.Of(points, queue, options.AssumedPointsPerSecond, provider);

    // How many devices of this provider the devices of the others are worth, by what each would need for the work that there is.
    private double OthersOf(string provider, Dictionary<string, Backlog> backlogs) => backlogs.Where(b => b.Key != provider).Sum(b =>
        queue.Devices.All.Count(d => d.Id.Provider == b.Key && d.TakesWork)
        * (b.Value.Total > 0 ? backlogs[provider].Total / b.Value.Total : 1));
}
