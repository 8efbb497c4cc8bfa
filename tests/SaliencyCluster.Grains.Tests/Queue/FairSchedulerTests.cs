using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Tests.Queue;

public sealed class FairSchedulerTests
{
    private readonly QueueBench _bench = new();

    [Fact]
    public void Interactive_work_goes_before_batch_work_that_waits_longer()
    {
        _bench.Publish("t/batch/0", 8);
        _bench.Publish("t/person/0", 1, JobPriority.Interactive);
        Assert.Equal("t/person/0", _bench.One("a").Image);
        Assert.Equal("t/batch/0", _bench.One("a").Image);
    }

    [Fact]
    public void Interactive_work_that_never_ends_leaves_batch_work_of_others_an_eighth()
    {
        _bench.Publish("flood/person/0", 1000, JobPriority.Interactive);
        _bench.Publish("victim/batch/0", 1000);
        var images = Enumerable.Range(0, 405).Select(_ => _bench.One("a").Image).ToArray();
        // What a person asks for is seldom held up by it: the first five blocks go undisturbed.
        Assert.All(images.Take(5), image => Assert.Equal("flood/person/0", image));
        Assert.Equal(50, images.Skip(5).Count(image => image == "victim/batch/0"));
        // Where no batch work waits any more, what was ahead counts for nothing.
        _bench.Queue.Withdraw("victim/batch/0", _bench.Now);
        for (var i = 0; i < 100; i++) Assert.Equal("flood/person/0", _bench.One("a").Image);
        _bench.Publish("victim/batch/1", 1000);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("flood/person/0", _bench.One("a").Image));
    }

    [Fact]
    public void Jobs_of_a_tenant_share_by_weight()
    {
        _bench.Publish("t/light/0", 1000);
        _bench.Publish("t/heavy/0", 1000, weight: 3);
        Assert.Equal((100, 300), Count(400, "t/light/0", "t/heavy/0"));
    }

    [Fact]
    public void Tenants_share_by_weight_however_many_jobs_they_have()
    {
        _bench.Publish("one/job/0", 1000, tenantWeight: 1);
        for (var job = 0; job < 5; job++) _bench.Publish($"two/job{job}/0", 1000, tenantWeight: 1);
        var images = Enumerable.Range(0, 200).Select(_ => _bench.One("a").Image).ToArray();
        Assert.InRange(images.Count(i => i.StartsWith("one/", StringComparison.Ordinal)), 99, 101);
        Assert.All(Enumerable.Range(0, 5), job => Assert.InRange(images.Count(i => i == $"two/job{job}/0"), 19, 21));
    }

    [Fact]
    public void A_job_that_comes_late_is_not_paid_for_its_absence()
    {
        _bench.Publish("t/early/0", 1000);
        for (var i = 0; i < 100; i++) _bench.One("a");
        _bench.Publish("t/late/0", 1000);
        var (early, late) = Count(100, "t/early/0", "t/late/0");
        Assert.InRange(late, 49, 52);
        Assert.Equal(100, early + late);
    }

    [Fact]
    public void A_warm_device_stays_with_its_model_as_long_as_nobody_falls_behind_by_more_than_its_slack()
    {
        _bench.Publish("t/red/0", 1000, model: "red");
        _bench.Publish("t/blue/0", 1000, model: "blue");
        var models = Enumerable.Range(0, 20).Select(_ => _bench.One("a", 10, "blue").ModelHash).ToArray();
        Assert.Equal(Enumerable.Repeat("blue", 5), models.Take(5));
        Assert.InRange(models.Count(m => m == "red"), 7, 10);
    }

    [Fact]
    public void Images_of_a_job_are_served_in_the_order_they_were_offered()
    {
        for (var image = 0; image < 3; image++) _bench.Publish($"t/job/{image}", 2);
        Assert.Equal(["t/job/0", "t/job/0", "t/job/1", "t/job/1", "t/job/2", "t/job/2"], Enumerable.Range(0, 6).Select(_ => _bench.One("a").Image));
    }

    private (int First, int Second) Count(int leases, string first, string second)
    {
        var images = Enumerable.Range(0, leases).Select(_ => _bench.One("a").Image).ToArray();
        return (images.Count(i => i == first), images.Count(i => i == second));
    }
}
