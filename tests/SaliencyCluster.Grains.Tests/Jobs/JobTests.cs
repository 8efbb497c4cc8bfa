using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Jobs;

/// <summary>What a job promises, on one healthy cluster of a gateway and two workers.</summary>
public sealed class JobTests(HealthyCluster healthy) : IClassFixture<HealthyCluster>
{
    private static readonly ExplanationRequest Gradient = new() { Method = "gradient", Target = "3" };

    private RoleCluster Cluster => healthy.Cluster;

    [Fact]
    public async Task A_job_gives_a_map_for_every_image()
    {
        var job = await SubmitAsync("all", await Cluster.Blobs.AddImagesAsync(5, 1, 28, 28), Gradient);
        var status = await job.EndAsync();
        Assert.Null(status.Error);
        Assert.Equal((JobState.Completed, 5, 0, 0), (status.State, status.Done, status.Failed, status.Active));
        var outcomes = await job.ReadImagesAsync(0, 100);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"image-{i}"), outcomes.Select(o => o.Name));
        foreach (var outcome in outcomes)
        {
            var map = NpyFile.Read(await Cluster.Blobs.ReadAsync(outcome.Result!.Map, Test.Token), outcome.Name);
            Assert.Equal([1, 28, 28], map.Shape);
            Assert.Contains(map.Data, v => v != 0);
        }
    }

    [Fact]
    public async Task A_picture_gives_the_same_map_as_the_tensor_that_it_is_prepared_to()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(TestKit.Repo.Root, "samples", "images", "mnist", "digit-3.png"), Test.Token);
        var prepared = Preprocessing.Default.Apply(PictureDecoder.Decode(file, "digit-3"), [1, 28, 28], "image");
        var writer = new ManifestWriter(Cluster.Blobs);
        await writer.AddAsync(new("picture", await Cluster.Blobs.WriteAsync(file, Test.Token), ImageFormat.Picture), Test.Token);
        await writer.AddAsync(new("tensor", await Cluster.Blobs.WriteAsync(NpyFile.Write(prepared), Test.Token), ImageFormat.Tensor), Test.Token);
        var job = await SubmitAsync("picture", await writer.CompleteAsync(Test.Token), Gradient);
        Assert.Equal(JobState.Completed, (await job.EndAsync()).State);
        var maps = (await job.ReadImagesAsync(0, 2)).Select(o => o.Result?.Map).ToArray();
        Assert.NotNull(maps[0]);
        Assert.Equal(maps[1], maps[0]);
    }

    [Fact]
    public async Task The_same_submission_again_is_the_same_job_and_another_one_under_its_id_is_refused()
    {
        var images = await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        var job = await SubmitAsync("twice", images, Gradient);
        var first = await job.EndAsync();
        var again = await job.SubmitAsync(Samples.Job("mnist-cnn", images, Gradient), Test.Token);
        Assert.Equal((first.Created, first.State), (again.Created, again.State));
        var error = await Assert.ThrowsAsync<SaliencyException>(
            () => job.SubmitAsync(Samples.Job("mnist-cnn", images, Gradient with { Target = "4" }), Test.Token));
        Assert.Equal("SAL3001", error.Code);
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused_before_it_is_stored()
    {
        var images = await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        Assert.Equal("SAL3004", await RefusalAsync("refused-1", Samples.Job("mnist-cmm", images, Gradient)));
        Assert.StartsWith("SAL2", await RefusalAsync("refused-2", Samples.Job("mnist-cnn", images, new() { Method = "gradent" })), StringComparison.Ordinal);
        Assert.Equal("SAL3005", await RefusalAsync("refused-3", Samples.Job("mnist-cnn", images with { Count = 7 }, Gradient)));
        Assert.Equal("SAL3009", await RefusalAsync("refused-4", Samples.Job("mnist-cnn", images, Gradient) with { Weight = 0 }));
        Assert.Equal("SAL3003", await RefusalAsync("not a name", Samples.Job("mnist-cnn", images, Gradient)));
    }

    [Fact]
    public async Task An_image_that_fails_does_not_fail_the_others_and_can_be_retried()
    {
        var writer = new ManifestWriter(Cluster.Blobs);
        var good = await Cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token);
        var wrong = await Cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 3, 28, 28)), Test.Token);
        await writer.AddAsync(new("good", good, ImageFormat.Tensor), Test.Token);
        await writer.AddAsync(new("wrong", wrong, ImageFormat.Tensor), Test.Token);
        var missing = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("not there yet"u8));
        await writer.AddAsync(new("missing", missing, ImageFormat.Tensor), Test.Token);
        var job = await SubmitAsync("partly", await writer.CompleteAsync(Test.Token), Gradient);
        var status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 1, 2), (status.State, status.Done, status.Failed));
        Assert.Equal([null, "SAL2101", "SAL9102"], (await job.ReadImagesAsync(0, 3)).Select(o => o.Error?.Code));

        await job.RetryFailedAsync();
        status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 1, 2), (status.State, status.Done, status.Failed));
        Assert.Equal([1, 2, 2], (await job.ReadImagesAsync(0, 3)).Select(o => o.Try));
    }

    [Fact]
    public async Task A_cancelled_job_ends_at_once_and_cannot_be_changed_any_more()
    {
        var images = await Cluster.Blobs.AddImagesAsync(40, 1, 28, 28);
        var job = await SubmitAsync("cancelled", images, new() { Method = "smoothgrad", Target = "3", Samples = 2000 });
        var status = await job.CancelAsync();
        Assert.Equal(JobState.Cancelled, status.State);
        Assert.Equal(JobState.Cancelled, (await job.CancelAsync()).State);
        Assert.Equal("SAL3006", (await Assert.ThrowsAsync<SaliencyException>(job.PauseAsync)).Code);
        Assert.Equal("SAL3007", (await Assert.ThrowsAsync<SaliencyException>(job.RetryFailedAsync)).Code);
    }

    [Fact]
    public async Task A_paused_job_starts_no_image_until_it_is_resumed()
    {
        var images = await Cluster.Blobs.AddImagesAsync(40, 1, 28, 28);
        var job = await SubmitAsync("paused", images, new() { Method = "smoothgrad", Target = "3", Samples = 100 });
        var status = await job.PauseAsync();
        while (status.Active > 0) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        Assert.Equal(JobState.Paused, status.State);
        Assert.InRange(status.Done, 0, 39);
        await job.ResumeAsync();
        Assert.Equal((JobState.Completed, 40), ((status = await job.EndAsync()).State, status.Done));
    }

    [Fact]
    public async Task A_watcher_of_an_image_sees_growing_progress_and_then_the_outcome()
    {
        var images = await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        await SubmitAsync("watched", images, new() { Method = "smoothgrad", Target = "3", Samples = 1000 });
        var watched = Cluster.Grains.GetGrain<IAggregatorGrain>(new ImageKey(GrainKeys.DefaultTenant, "watched", 0).ToString());
        var (seen, maps) = (new List<ImageProgress>(), 0);
        do
        {
            seen.Add(await watched.WaitForProgressAsync(seen.LastOrDefault()?.Version ?? -1, withMap: true, Test.Token));
            if (seen[^1].PartialMap is { } map) maps += map.Length / (28 * 28);
        }
        while (seen[^1].Outcome is null);
        Assert.Equal(seen.Select(p => p.PointsDone).Order(), seen.Select(p => p.PointsDone).Where(_ => true));
        Assert.True(maps > 0);
        Assert.Equal(ImageState.Done, seen[^1].Outcome!.State);
        Assert.True(seen[^1].Outcome!.Result!.Points >= 1000);
    }

    [Fact]
    public async Task An_image_delivers_its_outcome_again_when_its_job_asks_again()
    {
        var job = await SubmitAsync("asks-again", await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28), Gradient);
        var status = await job.EndAsync();
        var aggregator = Cluster.Grains.GetGrain<IAggregatorWorkGrain>(new ImageKey(GrainKeys.DefaultTenant, "asks-again", 0).ToString());
        await Eventually.TrueAsync(async () => !await aggregator.IsRunningAsync(1), "a job that lacks the outcome is told to start the image again");
        await aggregator.StartAsync((await ImageWorks.OfDigitAsync(Gradient, blob: "")) with { Incarnation = status.Created });
        await Eventually.TrueAsync(async () => !await aggregator.IsRunningAsync(1), "the outcome is delivered again");
        Assert.Equal(ImageState.Done, Assert.Single(await job.ReadImagesAsync(0, 1)).State);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_in_pages_and_a_deleted_one_is_gone()
    {
        var images = await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        var index = Cluster.Grains.GetGrain<IJobIndexGrain>("lister");
        await Samples.AddModelAsync(Cluster, "mnist-cnn", "lister");
        for (var i = 0; i < 5; i++)
            await Cluster.Job($"listed-{i}", "lister").SubmitAsync(Samples.Job("mnist-cnn", images, Gradient), Test.Token);
        await Cluster.Job("listed-2", "lister").EndAsync();
        await Cluster.Job("listed-2", "lister").DeleteAsync();
        var first = await index.ListAsync(3);
        var second = await index.ListAsync(3, first.NextToken);
        Assert.Equal(["listed-4", "listed-3", "listed-1", "listed-0"], first.Jobs.Concat(second.Jobs).Select(j => j.Id));
        Assert.Null(second.NextToken);
        Assert.Equal("SAL3008", (await Assert.ThrowsAsync<SaliencyException>(() => index.ListAsync(3, "7.x"))).Code);
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(Cluster.Job("listed-2", "lister").GetAsync)).Code);
    }

    private async Task<IJobGrain> SubmitAsync(string id, ManifestReference images, ExplanationRequest request)
    {
        var job = Cluster.Job(id);
        await job.SubmitAsync(Samples.Job("mnist-cnn", images, request), Test.Token);
        return job;
    }

    private async Task<string> RefusalAsync(string id, JobSubmission submission)
    {
        var code = (await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Job(id).SubmitAsync(submission, Test.Token))).Code;
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(Cluster.Job(id).GetAsync)).Code);
        return code;
    }
}
