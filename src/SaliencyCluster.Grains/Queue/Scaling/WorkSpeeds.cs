using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>How many points of each kind of work one device does in a second: measured, and kept for the kinds that were done last, since each
/// randomised model is one of its own.</summary>
internal sealed class WorkSpeeds
{
    /// <summary>Kinds of work, and models, that are kept.</summary>
    public const int Kept = 1024;

    private readonly RecentTable<WorkKind, MovingRate> _kinds = new(Kept);
    private readonly RecentTable<string, MovingRate> _models = new(Kept);

    /// <summary>Gets the seconds of one device that all work so far has taken.</summary>
    public double DoneSeconds { get; private set; }

    /// <summary>Takes note of finished work.</summary>
    public void Record(WorkKind kind, int points, double deviceSeconds)
    {
        DoneSeconds += Math.Max(0, deviceSeconds);
        _kinds.GetOrAdd(kind, () => new()).Record(points, deviceSeconds);
        _models.GetOrAdd(kind.Model, () => new()).Record(points, deviceSeconds);
    }

    /// <summary>Takes note of work that devices of another kind have finished, in seconds that it would have taken these.</summary>
    public void RecordElsewhere(WorkKind kind, int points, double deviceSeconds) =>
        DoneSeconds += PointsPerSecond(kind) is { } rate ? points / rate : Math.Max(0, deviceSeconds);

    /// <summary>Gets the rate of a kind; of its model with any method where the kind has not been measured; null where neither was.</summary>
    public double? PointsPerSecond(WorkKind kind) => Known(_kinds, kind) ?? Known(_models, kind.Model);

    private static double? Known<T>(RecentTable<T, MovingRate> rates, T key) where T : notnull =>
        rates.TryGet(key, out var rate) && rate.PerSecond is > 0 and var known ? known : null;
}

/// <summary>Work whose points cost about the same.</summary>
/// <param name="Model">Hash of the model.</param>
/// <param name="Method">The method.</param>
internal readonly record struct WorkKind(string Model, string Method);
