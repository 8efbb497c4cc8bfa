using System.Collections.Concurrent;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Rates;

/// <summary>How fast each graph runs on one lane of the device: measured, not assumed.</summary>
public sealed class RateTable
{
    // A new run counts one tenth: follows a host that slows down within seconds, and forgives one slow run.
    private const double NewRun = 0.1;

    private readonly ConcurrentDictionary<GraphKey, Rate> _rates = new();

    /// <summary>Gets the points per second of one lane, or null before the first run.</summary>
    public double? PointsPerSecond(GraphKey key) => _rates.TryGetValue(key, out var rate) ? rate.Points / rate.Seconds : null;

    internal void Record(GraphKey key, int points, TimeSpan elapsed)
    {
        var run = new Rate(points, elapsed.TotalSeconds);
        _rates.AddOrUpdate(key, run, (_, old) =>
            new(old.Points + NewRun * (run.Points - old.Points), old.Seconds + NewRun * (run.Seconds - old.Seconds)));
    }

    private sealed record Rate(double Points, double Seconds);
}
