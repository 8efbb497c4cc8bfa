using System.Runtime.InteropServices;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>The work of a pool in seconds of one device.</summary>
/// <param name="Seconds">Kinds of work with a measured rate.</param>
/// <param name="UnmeasuredSeconds">The others, at the assumed rate.</param>
internal readonly record struct Backlog(double Seconds, double UnmeasuredSeconds)
{
    public double Total => Seconds + UnmeasuredSeconds;

    /// <summary>Adds up what is queued, what devices hold, the later rounds of images under way, and what jobs have announced.</summary>
    public static IReadOnlyDictionary<WorkKind, long> Points(PoolQueue queue, AnnouncedWork announced)
    {
        var points = new Dictionary<WorkKind, long>();
        foreach (var entry in queue.Tickets)
            Add(new(entry.Ticket.ModelHash, entry.Ticket.Method), entry.PendingPoints + entry.LeasedPoints + entry.Ticket.LaterPoints);
        foreach (var job in announced.All) Add(new(job.ModelHash, job.Method), job.Points);
        return points;

        void Add(WorkKind kind, long more) => CollectionsMarshal.GetValueRefOrAddDefault(points, kind, out _) += more;
    }

    /// <summary>Gets the seconds that points take.</summary>
    /// <param name="points">The points of each kind of work.</param>
    /// <param name="queue">Knows the rates.</param>
    /// <param name="assumed">Points per second of what nobody has measured.</param>
    /// <param name="provider">Whose rates count; null for those of all devices together.</param>
    public static Backlog Of(IReadOnlyDictionary<WorkKind, long> points, PoolQueue queue, double assumed, string? provider)
    {
        double measured = 0, unmeasured = 0;
        foreach (var (kind, count) in points)
        {
            if (queue.PointsPerSecond(kind, provider) is { } rate) measured += count / rate;
            // What other devices do is a better guess than none, but no measurement of these.
            else unmeasured += count / (queue.PointsPerSecond(kind, null) ?? assumed);
        }
        return new(measured, unmeasured);
    }
}
