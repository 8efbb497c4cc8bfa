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

    public bool Draining { get; set; }

    public long PointsDone { get; private set; }

    public double PointsPerSecond => _rate.PerSecond;

    public void Record(int points, double seconds)
    {
        PointsDone += points;
        _rate.Record(points, seconds);
    }

    public DeviceView View() => new(Id.Silo, Id.SiloAddress, Id.Name, Id.Provider, PointsPerSecond, PointsDone,
        Leases.Sum(l => (long)l.Lease.Points), Models, Draining);
}
