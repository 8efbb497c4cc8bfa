using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>Decides how many workers a pool should have. Pure.</summary>
/// <remarks>
/// Up at once: the work there is, divided by the time in which it should be done, and those who do what arrives meanwhile, less what
/// others of the pool do. Down late: only after the work has been less for a whole window, and never below the workers that were busy in
/// it, with a tenth to spare. Work that has never been measured asks for a few workers, which measure it. Any work at all asks for one,
/// unless others are there for it.
/// </remarks>
public static class WorkersWanted
{
    private const double Spare = 1.1;

    /// <summary>Gets the number of workers.</summary>
    /// <param name="load">What the queue has measured.</param>
    /// <param name="target">In which time the work should be done.</param>
    /// <param name="most">The most workers to ask for.</param>
    /// <param name="unmeasured">The most that work which was never measured may ask for.</param>
    public static int Of(PoolLoad load, TimeSpan target, int most, int unmeasured)
    {
        // The window's most, and not today's work beside yesterday's stream: else two causes that end at different times would each
        // end what the other has just begun.
        var forWork = Ceiling(load.Window.Select(w => (w.SecondsFor(target, unmeasured) / target.TotalSeconds) + w.Arriving - w.Others)
            .DefaultIfEmpty(0).Max());
        // Busy workers are no reason for more of them while the work will be done in time, so at most those that are there.
        var forBusy = Math.Min(load.Workers, Ceiling(Spare * load.MeanBusy));
        var wanted = Math.Max(Math.Max(forWork, forBusy), Math.Max(load.HadWork && load.Now.Others == 0 ? 1 : 0, load.Floor));
        return Math.Clamp(wanted, 0, most);
    }

    // Sums of rates leave 1.0000000002 where one worker is meant.
    private static int Ceiling(double value) => (int)Math.Min(int.MaxValue, Math.Ceiling(value - 1e-6));
}
