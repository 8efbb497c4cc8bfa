using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>A queue on a clock that the test moves, with short words for what devices and aggregators say to it.</summary>
internal sealed class QueueBench
{
    public static readonly Guid Owner = Guid.Parse("0f000000-0000-0000-0000-000000000001");

    public QueueBench(QueueOptions? options = null) => Queue = new PoolQueue(options ?? new QueueOptions(), Now);

    public PoolQueue Queue { get; }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DeviceId Device(string name) => new(name, $"{name}:1@1", "cpu", "cpu");

    public static RoundTicket Ticket(string image, int shards, JobPriority priority = JobPriority.Batch, string model = "m", double weight = 1,
        double tenantWeight = 1, Guid? owner = null, int round = 0) => new()
        {
            Image = image,
            Round = round,
            Owner = owner ?? Owner,
            Missing = shards > 0 ? [new(0, shards)] : [],
            Points = shards * 10,
            ShardPoints = 10,
            ModelHash = model,
            Priority = priority,
            Weight = weight,
            TenantWeight = tenantWeight,
        };

    public PublishReply Publish(string image, int shards, JobPriority priority = JobPriority.Batch, string model = "m", double weight = 1,
        double tenantWeight = 1) => Queue.Publish(Ticket(image, shards, priority, model, weight, tenantWeight), Now);

    public IReadOnlyList<Lease> Acquire(string device, int maxPoints = 10, int maxLeases = 1, params string[] models) =>
        Queue.Acquire(new(Device(device), maxPoints, maxLeases, models, TimeSpan.Zero), Now);

    /// <summary>As a worker asks that reports what it holds before it starts with it.</summary>
    public IReadOnlyList<Lease> AcquireConfirming(string device, int maxLeases = 1) =>
        Queue.Acquire(new(Device(device), 10, maxLeases, [], TimeSpan.Zero, Confirms: true), Now);

    /// <summary>The process of a device has died.</summary>
    public LeaseEntry? Left(string device) => Queue.SiloLeft(Device(device).SiloAddress, Now);

    /// <summary>Leases one block; fails the test when there is none.</summary>
    public Lease One(string device, int maxPoints = 10, params string[] models) => Assert.Single(Acquire(device, maxPoints, 1, models));

    public ReportReply Report(string device, Lease[]? holds = null, LeaseEnd[]? ended = null, bool draining = false) =>
        Queue.Report(new() { Device = Device(device), Holds = holds ?? [], Ended = ended ?? [], Draining = draining }, Now);

    public void Done(string device, Lease lease, double seconds = 1) => Report(device, ended: [new(lease.Id, LeaseEnding.Done, null, seconds)]);

    public void Pass(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Queue.Tick(Now);
    }
}
