using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

public sealed class JobTests(SharedCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private JobClient Jobs => cluster.Client.Jobs;

    [Fact]
    public async Task A_job_ends_with_every_map_in_the_order_of_its_images()
    {
        var job = await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(120), cancellation: Cancellation);
        var results = await Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 120), results.Select(r => r.Result.Index));
        Assert.All(results, r => Assert.Equal(784, r.Map!.Values.Length));
        var ended = await Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, 120, 0, 120L), (ended.State, ended.ImagesDone, ended.ImagesFailed, ended.PointsDone));
    }

    [Fact]
    public async Task The_same_submission_twice_is_one_job()
    {
        var first = await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(3), "twice", Cancellation);
        var second = await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(3), "twice", Cancellation);
        Assert.Equal(first.CreatedAt, second.CreatedAt);
        Assert.Single(await Jobs.ListAsync(Cancellation).Where(j => j.JobId == "twice").ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_bad_image_fails_alone()
    {
        var images = new[] { Digits.Tensor(0), SaliencyCluster.Client.Images.ImageInput.FromEncoded("broken", new byte[] { 1, 2, 3 }), Digits.Tensor(2) };
        var job = await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, images.ToAsyncEnumerable(), cancellation: Cancellation);
        var results = await Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal([null, "SAL2120", null], results.Select(r => r.Result.Failure?.Code));
        var ended = await Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, 2, 1), (ended.State, ended.ImagesDone, ended.ImagesFailed));
    }

    [Fact]
    public async Task A_cancelled_job_keeps_what_was_finished()
    {
        var options = new ExplanationOptions { Method = "smoothgrad", Samples = 2000 };
        var job = await Jobs.SubmitAsync("mnist-cnn", options, Digits.Many(500), cancellation: Cancellation);
        await foreach (var state in Jobs.WatchAsync(job.JobId, Cancellation)) if (state.ImagesDone > 0) break;
        await Jobs.CancelAsync(job.JobId, Cancellation);
        var ended = await Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        Assert.Equal(JobState.Cancelled, ended.State);
        var read = await Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(ended.ImagesDone, read.Count(r => r.Map is not null));
        Assert.InRange(ended.ImagesDone, 1, 499);
    }

    [Fact]
    public async Task Results_can_be_read_from_the_middle_and_without_maps()
    {
        var job = await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(5), cancellation: Cancellation);
        var results = await Jobs.ReadResultsAsync(job.JobId, maps: false, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.All(results, r => Assert.Null(r.Map));
        Assert.Equal(5, results.Count);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_over_pages()
    {
        for (var i = 0; i < 3; i++) await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), $"listed-{i}", Cancellation);
        var listed = await Jobs.ListAsync(Cancellation).Select(j => j.JobId).Where(id => id.StartsWith("listed-", StringComparison.Ordinal)).ToListAsync(Cancellation);
        Assert.Equal(["listed-2", "listed-1", "listed-0"], listed);
    }
}
