using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>A queue and its scaler on a clock that the test moves.</summary>
internal sealed class ScalerBench
{
    public const double PointsPerSecond = 10;
    private readonly LoadMeter _meter;

    public ScalerBench(ScalingOptions? options = null)
    {
        Options = options ?? new() { TargetDrain = TimeSpan.FromSeconds(60), ScaleDownAfter = TimeSpan.FromSeconds(120) };
        Queue = new(new(), Now);
        _meter = new(Queue, Options, TimeSpan.FromSeconds(30), Now);
    }

    public ScalingOptions Options { get; }

    public PoolQueue Queue { get; }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public int Wanted => WorkersWanted.Of(_meter.Load(), Options.TargetDrain, Options.MaxWorkers, Options.UnmeasuredWorkers);

    public PoolLoad Load => _meter.Load();

    /// <summary>Offers one image with as many points as that; tickets last only while they are offered again.</summary>
    public void Offer(string image, int points, string model = "m", int later = 0, int done = 0) => Queue.Publish(new()
    {
        Image = image, Round = 1, Owner = Guid.Empty, Missing = [new(done, points / 10 - done)], Points = points, ShardPoints = 10, ModelHash = model, Method = "gradient", LaterPoints = later,
    }, Now);

    public void Announce(string job, long points, string model = "m") => _meter.Announce(new(job, model, "gradient", points), Now);

    /// <summary>Lets a device do one shard of an image, which measures its model.</summary>
    public void Measure(string device = "probe", string model = "m", double pointsPerSecond = PointsPerSecond)
    {
        Offer($"t/measure-{model}/0", 10, model);
        var lease = Assert.Single(Acquire(device));
        Report(device, ended: [new(lease.Id, LeaseEnding.Done, Seconds: 5 * lease.Points / pointsPerSecond, DeviceSeconds: lease.Points / pointsPerSecond)]);
        Queue.Withdraw(lease.Image, Now);
    }

    public IReadOnlyList<Lease> Acquire(string device, int points = 10) => Queue.Acquire(new(Device(device), points, 1, [], TimeSpan.Zero), Now);

    public void Report(string device, Lease[]? holds = null, LeaseEnd[]? ended = null) =>
        Queue.Report(new() { Device = Device(device), Holds = holds ?? [], Ended = ended ?? [] }, Now);

    /// <summary>Lets time pass; the scaler looks every second, as in the cluster.</summary>
    public void Pass(double seconds, int workers = 0, Action? eachSecond = null)
    {
        for (var end = Now.AddSeconds(seconds); Now < end;)
        {
            Now = Now.AddSeconds(1);
            eachSecond?.Invoke();
            Queue.Tick(Now);
            _meter.Tick(workers, Now);
        }
    }

    private static DeviceId Device(string name) => new(name, $"{name}:1@1", "cpu", "cpu");
}
