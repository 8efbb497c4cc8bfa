using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>What one explanation for somebody who waits, and a job, cost in writes; docs/operations/storage.md says why. STORAGE_IMAGES makes a larger job by hand.</summary>
public sealed class StorageCostTests
{
    private static readonly int Images = Environment.GetEnvironmentVariable("STORAGE_IMAGES") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 250;

    [Fact]
    public async Task A_live_explanation_costs_three_writes_of_the_database_and_one_blob_more_than_it_must()
    {
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        // What is written once for a tenant is not counted.
        await ExplainAsync(cluster, "first", seed: 1);
        var (before, blobs) = (cluster.Database.Writes, await cluster.Blobs.ListAsync(Test.Token).CountAsync(Test.Token));
        await ExplainAsync(cluster, "second", seed: 2);
        var writes = cluster.Database.Writes.Where(w => w.Value > before.GetValueOrDefault(w.Key)).ToDictionary(w => w.Key, w => w.Value - before.GetValueOrDefault(w.Key));
        // It must be accepted and it must end: two writes of the job.
        Assert.Equal(new Dictionary<string, int> { ["saliency.job"] = 2, ["saliency.open-work"] = 2, ["saliency.job-index-page"] = 1 }, writes);
        // Image and map there must be; the list of images is the third. Each blob is two fsyncs: the file and its folder.
        Assert.Equal(blobs + 3, await cluster.Blobs.ListAsync(Test.Token).CountAsync(Test.Token));
    }

    [Fact]
    public async Task A_job_of_many_images_writes_each_outcome_at_most_once_and_the_rest_once_a_page()
    {
        var pages = (Images + IOutcomePageGrain.Size - 1) / IOutcomePageGrain.Size;
        await using var cluster = await RoleCluster.StartAsync();
        await cluster.AddModelAsync("mnist-cnn");
        // Not one of its images.
        await ExplainAsync(cluster, "first", seed: 1_000_000);
        var (before, blobs) = (cluster.Database.Writes, await cluster.Blobs.ListAsync(Test.Token).CountAsync(Test.Token));
        var job = cluster.Job("many");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(Images, 1, 28, 28), new ExplanationRequest { Method = "gradient", Target = "3" }), Test.Token);
        Assert.Equal(Images, (await job.EndAsync()).Done);
        int Written(string kind) => cluster.Database.Writes.GetValueOrDefault(kind) - before.GetValueOrDefault(kind);
        var stored = await cluster.Blobs.ListAsync(Test.Token).CountAsync(Test.Token) - blobs;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Images} images: {stored} blobs; writes: {string.Join(", ", cluster.Database.Writes.Keys.Where(k => Written(k) > 0).Select(k => $"{k} {Written(k)}"))}");
        // Images, maps, and the list in chunks with its root.
        Assert.Equal((2 * Images) + ((Images + ManifestWriter.ChunkSize - 1) / ManifestWriter.ChunkSize) + 1, stored);
        Assert.InRange(Written("saliency.outcome-page"), pages, Images);
        Assert.InRange(Written("saliency.job"), 2, 2 + pages);
        Assert.InRange(Written("saliency.open-work"), 2, 2 + pages);
        Assert.Equal(1, Written("saliency.job-index-page"));
        Assert.Equal(0, Written("saliency.aggregator"));
    }

    private static async Task ExplainAsync(RoleCluster cluster, string id, int seed)
    {
        var image = await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(seed, 1, 28, 28)), Test.Token);
        var list = await new ManifestWriter(cluster.Blobs).StoreOneAsync(new("image", image, ImageFormat.Tensor), Test.Token);
        var job = cluster.Job(id);
        var submission = Samples.Job("mnist-cnn", list, new ExplanationRequest { Method = "gradient", Target = "3" }) with { Priority = JobPriority.Interactive };
        await job.SubmitAsync(submission, Test.Token);
        var status = await job.EndAsync();
        Assert.Equal((JobState.Completed, ImageState.Done), (status.State, (await job.ReadImagesAsync(0, 1)).Single().State));
        await job.CancelAsync();
        var supervisor = cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);
        await Eventually.TrueAsync(async () => await supervisor.CountAsync() == 0, "the end is counted");
    }
}
