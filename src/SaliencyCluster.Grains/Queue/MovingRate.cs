namespace SaliencyCluster.Grains.Queue;

/// <summary>Points per second over about the last ten measurements, weighted by their length.</summary>
internal sealed class MovingRate
{
    private const double Keep = 0.9;
    private double _points;
    private double _seconds;

    /// <summary>Gets the rate; 0 before the first measurement.</summary>
    public double PerSecond => _seconds > 0 ? _points / _seconds : 0;

    /// <summary>Takes note of finished work.</summary>
    public void Record(int points, double seconds)
    {
        if (seconds <= 0) return;
        _points = _points * Keep + points;
        _seconds = _seconds * Keep + seconds;
    }
}
