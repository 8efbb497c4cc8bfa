using SaliencyCluster.Attribution.Runs;

namespace SaliencyCluster.Runtime.Local;

/// <summary>Turns how far one image is into steps of the progress of all of them.</summary>
internal sealed class PointTelling(int planned, Action<LocalPoints>? told)
{
    private int _done;
    private int _planned = planned;

    /// <summary>Tells what has changed; not called by two threads at a time.</summary>
    public void Tell(RunProgress progress) => Tell(progress.PointsDone, progress.PointsPlanned);

    /// <summary>Tells that nothing more comes.</summary>
    public void GaveUp() => Tell(_done, _done);

    private void Tell(int done, int planned)
    {
        var step = new LocalPoints(done - _done, planned - _planned);
        (_done, _planned) = (done, planned);
        if (step != default) told?.Invoke(step);
    }
}
