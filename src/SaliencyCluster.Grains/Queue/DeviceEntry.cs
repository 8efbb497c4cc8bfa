using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>A device that serves the pool.</summary>
internal sealed class DeviceEntry(DeviceId id)
{
    private readonly MovingRate _rate = new();

    public DeviceId Id { get; } = id;

    public List<LeaseEntry> Leases { get; } = [];

    public DateTimeOffset LastSeen { get; set; }

    public string[] Models { get; set; } = [];

    public int Lanes { get; set; }

    public long ModelBytes { get; set; }

    /// <summary>Gets or sets whether the device says that it takes no further work.</summary>
    public bool Draining { get; set; }

    /// <summary>Gets or sets what an operator wants; null where nobody has said anything.</summary>
    public bool? DrainWanted { get; set; }

    public bool TakesWork => DrainWanted != true && !Draining;

    public long PointsDone { get; private set; }

    public double PointsPerSecond => _rate.PerSecond;

    public void Record(int points, double seconds)
    {
        PointsDone += points;
        _rate.Record(points, seconds);
    }

    public DeviceView View() => new(Id.Silo, Id.SiloAddress, Id.Name, Id.Provider, PointsPerSecond, PointsDone,
        Leases.Sum(l => (long)l.Lease.Points), Models, !TakesWork, Leases.Count, Lanes, ModelBytes);
}
