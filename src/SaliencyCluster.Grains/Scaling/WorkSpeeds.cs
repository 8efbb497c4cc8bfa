using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Scaling;

/// <summary>How many points of each kind of work one device does in a second: measured, and kept while the queue lives.</summary>
internal sealed class WorkSpeeds
{
    private readonly Dictionary<WorkKind, MovingRate> _kinds = [];
    private readonly Dictionary<string, MovingRate> _models = [];

    /// <summary>Gets the seconds of one device that all work so far has taken.</summary>
    public double DoneSeconds { get; private set; }

    /// <summary>Takes note of finished work.</summary>
    public void Record(WorkKind kind, int points, double deviceSeconds)
    {
        DoneSeconds += Math.Max(0, deviceSeconds);
        Of(_kinds, kind).Record(points, deviceSeconds);
        Of(_models, kind.Model).Record(points, deviceSeconds);
    }

    /// <summary>Gets the rate of a kind; of its model with any method where the kind has not been measured; null where neither was.</summary>
    public double? PointsPerSecond(WorkKind kind) => Known(_kinds.GetValueOrDefault(kind)) ?? Known(_models.GetValueOrDefault(kind.Model));

    private static double? Known(MovingRate? rate) => rate?.PerSecond is > 0 and var known ? known : null;

    private static MovingRate Of<T>(Dictionary<T, MovingRate> rates, T key) where T : notnull =>
        rates.TryGetValue(key, out var rate) ? rate : rates[key] = new();
}
