using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>Shares through the queue's grain, with devices that the test plays; and through jobs, with real ones.</summary>
public sealed class SharingTests(HealthyCluster healthy) : IClassFixture<HealthyCluster>
{
    // A pool of its own, which the cluster's workers do not serve.
    private IShardQueueGrain Queue(string pool) => healthy.Cluster.Grains.GetGrain<IShardQueueGrain>(pool);

    [Fact]
    public async Task Tenants_and_jobs_get_shares_by_their_weights()
    {
        var queue = Queue("shares");
        await PublishAsync(queue, "one/job/0", tenantWeight: 1, weight: 1);
        await PublishAsync(queue, "two/light/0", tenantWeight: 3, weight: 1);
        await PublishAsync(queue, "two/heavy/0", tenantWeight: 3, weight: 2);
        await PublishAsync(queue, "six/job/0", tenantWeight: 6, weight: 1);
        var images = new List<string>();
        for (var i = 0; i < 300; i++) images.Add(Assert.Single(await AcquireAsync(queue, $"device-{i % 3}")).Image);
        var expected = new Dictionary<string, int> { ["one/job/0"] = 30, ["two/light/0"] = 30, ["two/heavy/0"] = 60, ["six/job/0"] = 180 };
        Assert.All(expected, e => Assert.InRange(images.Count(image => image == e.Key), e.Value - 3, e.Value + 3));
    }

    [Fact]
    public async Task A_device_that_waits_for_interactive_work_is_woken_by_it_and_an_idle_one_before_it()
    {
        var queue = Queue("woken");
        await PublishAsync(queue, "t/batch/0");
        var busy = queue.AcquireAsync(Request("busy", TimeSpan.FromSeconds(15), interactiveOnly: true), Test.Token);
        Assert.Equal("t/batch/0", Assert.Single(await AcquireAsync(queue, "other")).Image);
        Assert.False(busy.IsCompleted);
        await PublishAsync(queue, "t/person/0", JobPriority.Interactive);
        Assert.Equal("t/person/0", Assert.Single(await busy).Image);

        await queue.WithdrawAsync("t/batch/0");
        await queue.WithdrawAsync("t/person/0");
        var (stillBusy, idle) = (queue.AcquireAsync(Request("busy", TimeSpan.FromSeconds(2), interactiveOnly: true), Test.Token),
            queue.AcquireAsync(Request("idle", TimeSpan.FromSeconds(15)), Test.Token));
        await queue.CountDevicesAsync();
        await PublishAsync(queue, "t/person/1", JobPriority.Interactive, shards: 1);
        Assert.Equal("t/person/1", Assert.Single(await idle).Image);
        Assert.Empty(await stillBusy);
    }

    [Fact]
    public async Task Jobs_of_two_tenants_advance_by_the_weights_that_their_submitters_have()
    {
        var cluster = healthy.Cluster;
        var images = await cluster.Blobs.AddImagesAsync(400, 1, 28, 28);
        var jobs = new Dictionary<string, IJobGrain>();
        foreach (var (tenant, weight) in new[] { ("light", 1.0), ("heavy", 3.0) })
        {
            await cluster.AddModelAsync("mnist-cnn", tenant);
            var submission = Samples.Job("mnist-cnn", images, new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 256 });
            jobs[tenant] = cluster.Job("shared", tenant);
            await jobs[tenant].SubmitAsync(submission with { Admission = new() { TenantWeight = weight } }, Test.Token);
        }
        // Once both are under way, until the heavy one has done 90 more.
        var start = await DoneAsync(jobs, heavy: 10);
        var end = await DoneAsync(jobs, start.Heavy + 90);
        Assert.InRange((end.Heavy - start.Heavy) / (double)Math.Max(1, end.Light - start.Light), 2, 4.5);
        foreach (var job in jobs.Values) await job.CancelAsync();
        await Eventually.TrueAsync(async () => await Queue(GrainKeys.DefaultPool).DescribeAsync() is { LeasedPoints: 0, QueuedPoints: 0 }, "the devices are done with the rest");
    }

    private static async Task<(int Light, int Heavy)> DoneAsync(Dictionary<string, IJobGrain> jobs, int heavy)
    {
        var status = await jobs["heavy"].GetAsync();
        while (status.Done < heavy) status = await jobs["heavy"].WaitForChangeAsync(status.Version, Test.Token);
        return ((await jobs["light"].GetAsync()).Done, status.Done);
    }

    private static Task PublishAsync(
        IShardQueueGrain queue, string image, JobPriority priority = JobPriority.Batch, double tenantWeight = 1, double weight = 1, int shards = 1000) =>
        queue.PublishAsync(QueueBench.Ticket(image, shards, priority, weight: weight, tenantWeight: tenantWeight));

    private static Task<IReadOnlyList<Lease>> AcquireAsync(IShardQueueGrain queue, string device) => queue.AcquireAsync(Request(device, TimeSpan.Zero), Test.Token);

    private static AcquireRequest Request(string device, TimeSpan wait, bool interactiveOnly = false) => new(QueueBench.Device(device), 10, 1, [], wait, interactiveOnly);
}
