using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Devices;

/// <summary>What this process's device has computed with each model. Thread-safe.</summary>
internal sealed class InstanceMeter
{
    private const int Kept = 256;
    private readonly Lock _gate = new();
    private readonly RecentTable<string, Work> _work = new(Kept);

    /// <summary>Takes note of a lease that was computed.</summary>
    public void Record(string model, long points, double seconds)
    {
        lock (_gate)
        {
            var work = _work.GetOrAdd(model, () => new());
            work.Points += points;
            work.Rate.Record((int)Math.Min(points, int.MaxValue), seconds);
        }
    }

    /// <summary>Gets the points computed with a model, and how many of a lease it does in a second lately; zeros where it has done none.</summary>
    public (long Points, double PerSecond) Of(string model)
    {
        lock (_gate) return _work.TryGet(model, out var work) ? (work.Points, work.Rate.PerSecond) : default;
    }

    private sealed class Work
    {
        public long Points { get; set; }

        public MovingRate Rate { get; } = new();
    }
}
