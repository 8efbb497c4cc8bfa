using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Scaling;

/// <summary>The work of a pool in seconds of one device.</summary>
/// <param name="Seconds">Kinds of work with a measured rate.</param>
/// <param name="UnmeasuredSeconds">The others, at the assumed rate.</param>
internal readonly record struct Backlog(double Seconds, double UnmeasuredSeconds)
{
    /// <summary>Adds up what is queued, what devices hold, the later rounds of images under way, and what jobs have announced.</summary>
    public static Backlog Of(PoolQueue queue, AnnouncedWork announced, double assumedPointsPerSecond)
    {
        double measured = 0, unmeasured = 0;
        foreach (var entry in queue.Tickets)
            Add(new(entry.Ticket.ModelHash, entry.Ticket.Method), entry.PendingPoints + entry.LeasedPoints + entry.Ticket.LaterPoints);
        foreach (var job in announced.All) Add(new(job.ModelHash, job.Method), job.Points);
        return new(measured, unmeasured);

        void Add(WorkKind kind, long points)
        {
            if (queue.Speeds.PointsPerSecond(kind) is { } rate) measured += points / rate;
            else unmeasured += points / assumedPointsPerSecond;
        }
    }
}
