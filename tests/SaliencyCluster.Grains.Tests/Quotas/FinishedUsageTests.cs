using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Quotas;

public sealed class FinishedUsageTests(HealthyCluster healthy) : IClassFixture<HealthyCluster>
{
    [Fact]
    public async Task A_finished_job_holds_no_points_and_the_bytes_of_its_images_and_maps_until_it_is_deleted()
    {
        var cluster = healthy.Cluster;
        await cluster.AddModelAsync("mnist-cnn", "lab");
        var usage = cluster.Grains.GetGrain<ITenantUsageGrain>("lab");
        var before = (await usage.GetAsync()).StoredBytes;
        var images = await cluster.Blobs.AddImagesAsync(120, 1, 28, 28);
        var job = cluster.Job("held", "lab");
        await job.SubmitAsync(Samples.Job("mnist-cnn", images, new ExplanationRequest { Method = "gradient", Target = "3" }) with { Admission = new() { ImageBytes = 500 } }, Test.Token);
        await job.EndAsync();
        await Eventually.TrueAsync(async () => await usage.GetAsync() == new TenantUsage(0, before + 500 + 120 * 28 * 28 * 4, 0), "the job's end is counted");
        await job.DeleteAsync();
        Assert.Equal(new TenantUsage(0, before, 0), await usage.GetAsync());
    }
}
