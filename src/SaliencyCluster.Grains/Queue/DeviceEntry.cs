using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Devices;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A device that serves the pool.</summary>
internal sealed class DeviceEntry(DeviceId id)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private const int InstancesKept = 64;
    private readonly MovingRate _rate = new();
    private int _failuresInARow;

    public DeviceId Id { get; } = id;

    public List<LeaseEntry> Leases { get; } = [];

    public DateTimeOffset LastSeen { get; set; }

    public string[] Models { get; set; } = [];

    public int Lanes { get; set; }

    public long ModelBytes { get; set; }

    /// <summary>Gets or sets whether the device says that it takes no further work.</summary>
    public bool Draining { get; set; }

    /// <summary>Gets until when it gets no work, because what it does fails.</summary>
    public DateTimeOffset PausedUntil { get; private set; }

    /// <summary>Gets or sets what an operator wants; null where nobody has said anything.</summary>
    public bool? DrainWanted { get; set; }

    public bool TakesWork => DrainWanted != true && !Draining;

    public long PointsDone { get; private set; }

    public double PointsPerSecond => _rate.PerSecond;

    /// <summary>Gets what the instances of its models said last.</summary>
    public RecentTable<string, ModelInstanceStatus> Instances { get; } = new(InstancesKept);

    /// <summary>Gets how fast leases of each kind of work end at the device, beside the others that it holds.</summary>
    public WorkSpeeds LeaseSpeeds { get; } = new();

    /// <summary>Gets the rate that the instance of a model says; null where it has done nothing.</summary>
    public double? InstanceSpeed(string model) => Instances.TryGet(model, out var instance) && instance.PointsPerSecond is > 0 and var rate ? rate : null;

    /// <summary>
    /// Takes note that a lease failed: the device pauses, twice as long after every failure in a row, so that one that damages everything
    /// cannot take the work that others would do.
    /// </summary>
    public void Fail(DateTimeOffset now)
    {
        var pause = TimeSpan.FromSeconds(Math.ScaleB(1, Math.Min(_failuresInARow++, 6)));
        PausedUntil = now + (pause < LongestPause ? pause : LongestPause);
    }

    public void Record(int points, double seconds)
    {
        _failuresInARow = 0;
        PointsDone += points;
        _rate.Record(points, seconds);
    }

    public DeviceView View() => new(Id.Silo, Id.SiloAddress, Id.Name, Id.Provider, PointsPerSecond, PointsDone,
        Leases.Sum(l => (long)l.Lease.Points), Models, !TakesWork, Leases.Count, Lanes, ModelBytes);
}
