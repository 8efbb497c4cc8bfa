using SaliencyCluster.Attribution.Images;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Jobs;

public sealed class JobTests
{
    [Fact]
    public async Task A_job_gives_a_map_for_every_image()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 2);
        await cluster.AddModelAsync("mnist-cnn");
        var images = await cluster.Blobs.AddImagesAsync(5, 1, 28, 28);
        var job = cluster.Job("all");
        await job.SubmitAsync(Samples.Job("mnist-cnn", images, new() { Method = "gradient", Target = "3" }), Test.Token);
        var status = await job.EndAsync();
        Assert.Null(status.Error);
        Assert.Equal((JobState.Completed, 5, 0, 0), (status.State, status.Done, status.Failed, status.Active));
        var outcomes = await job.ReadImagesAsync(0, 100);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"image-{i}"), outcomes.Select(o => o.Name));
        foreach (var outcome in outcomes)
        {
            var map = NpyFile.Read(await cluster.Blobs.ReadAsync(outcome.Result!.Map, Test.Token), outcome.Name);
            Assert.Equal([1, 28, 28], map.Shape);
            Assert.Contains(map.Data, v => v != 0);
        }
        Assert.Empty(cluster.Log.Errors);
    }
}
