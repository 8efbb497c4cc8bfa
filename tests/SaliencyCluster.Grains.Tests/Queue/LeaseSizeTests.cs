using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>How large leases are, for devices that say how long they want to compute at one.</summary>
public sealed class LeaseSizeTests
{
    private readonly QueueBench _bench = new();

    [Fact]
    public void A_light_models_rate_makes_no_long_leases_of_a_heavy_model()
    {
        _bench.Publish("t/light/0", 1024, model: "light");
        Measure("a", secondsPerPoint: 0.001, times: 20);
        Assert.Equal(32, One("a").Shards.Count);
        _bench.Queue.Withdraw("t/light/0", _bench.Now);

        // Nothing is known of it: a shard, whatever the light one took.
        _bench.Publish("t/heavy/0", 1024, model: "heavy");
        Assert.Equal(1, One("a").Shards.Count);
        Measure("a", secondsPerPoint: 1, times: 3);
        Assert.Equal(1, One("a").Shards.Count);
    }

    [Fact]
    public void A_methods_own_rate_counts_and_its_models_where_it_has_none()
    {
        _bench.Queue.Publish(QueueBench.Ticket("t/gradient/0", 1024) with { Method = "gradient" }, _bench.Now);
        Measure("a", secondsPerPoint: 0.01, times: 3);
        _bench.Queue.Withdraw("t/gradient/0", _bench.Now);
        _bench.Queue.Publish(QueueBench.Ticket("t/rise/0", 1024) with { Method = "rise" }, _bench.Now);
        Assert.Equal(4, One("a").Shards.Count);
        Measure("a", secondsPerPoint: 0.0025, times: 30);
        _bench.Queue.Withdraw("t/rise/0", _bench.Now);
        _bench.Queue.Publish(QueueBench.Ticket("t/rise/1", 1024) with { Method = "rise" }, _bench.Now);
        Assert.Equal(16, One("a").Shards.Count);
    }

    [Fact]
    public void A_slow_devices_leases_are_small_whatever_the_fast_ones_of_its_pool_do()
    {
        _bench.Publish("t/j/0", 4096);
        Measure("fast", secondsPerPoint: 0.001, times: 10);
        Measure("slow", secondsPerPoint: 0.05, times: 10);
        _bench.Publish("t/next/0", 4096);
        _bench.Queue.Withdraw("t/j/0", _bench.Now);
        Assert.Equal((32, 1), (One("fast").Shards.Count, One("slow").Shards.Count));
    }

    [Fact]
    public void A_queue_that_begins_anew_sizes_leases_by_what_the_devices_model_instance_knows()
    {
        _bench.Publish("t/j/0", 1024);
        _bench.Report("a");
        _bench.Queue.Devices.All.Single().Instances.Set("m", new(1, 0.5, PointsPerSecond: 200, Points: 10_000));
        Assert.Equal(8, One("a").Shards.Count);
    }

    [Fact]
    public void A_worker_of_an_earlier_version_gets_the_points_it_asks_for()
    {
        _bench.Publish("t/j/0", 64);
        Assert.Equal(4, _bench.One("a", maxPoints: 40).Shards.Count);
    }

    private void Measure(string device, double secondsPerPoint, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var lease = One(device);
            _bench.Done(device, lease, lease.Points * secondsPerPoint);
        }
    }

    // 320 points of the light model take 0.32 s, and no more of it is taken at once than the half second that the device wants.
    private Lease One(string device) => Assert.Single(_bench.Queue.Acquire(
        new(QueueBench.Device(device), 1_000_000, 1, [], TimeSpan.Zero, LeaseWork: TimeSpan.FromSeconds(0.5)), _bench.Now));
}
