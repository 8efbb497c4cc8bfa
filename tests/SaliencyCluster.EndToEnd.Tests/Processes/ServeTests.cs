using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary><c>saliency serve</c> as a process with worker processes beside it.</summary>
public sealed class ServeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    public async Task Serve_explains_and_leaves_in_good_order_when_it_is_told_to_stop(int? workers, int devices)
    {
        using var data = new TemporaryFolder();
        using var serve = await ClusterMember.ServeAsync(data.Path, workers);
        using var client = new SaliencyClient(serve.Grpc!);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        var job = await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 500 }, Digits.Many(40), cancellation: Cancellation);
        var results = await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.All(results, r => Assert.NotNull(r.Map));
        Assert.Equal(devices, (await client.GetClusterAsync(Cancellation)).Devices.Count);
        await StopAsync(serve);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Serve_told_to_stop_amid_a_job_complains_of_nothing_and_goes_on_with_it_when_it_starts_again(int? workers)
    {
        const int images = 40;
        var done = 0;
        using var data = new TemporaryFolder();
        using (var serve = await ClusterMember.ServeAsync(data.Path, workers))
        {
            using var client = new SaliencyClient(serve.Grpc!);
            await SharedCluster.AddAsync(client, "mnist-cnn");
            await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 800 }, Digits.Many(images), "interrupted", Cancellation);
            await foreach (var state in client.Jobs.WatchAsync("interrupted", Cancellation)) if ((done = state.ImagesDone) > 0) break;
            await StopAsync(serve);
        }
        using var again = await ClusterMember.ServeAsync(data.Path, workers);
        using var after = new SaliencyClient(again.Grpc!);
        // It reads what is stored in its first turn; a status of before then knows whole pages only.
        var found = await after.Jobs.WatchAsync("interrupted", Cancellation).FirstAsync(s => s.ImagesDone > 0, Cancellation);
        Assert.InRange(found.ImagesDone, done, images - 1);
        var ended = await after.Jobs.WatchAsync("interrupted", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, images), (ended.State, ended.ImagesDone));
        await StopAsync(again);
    }

    private static async Task StopAsync(ClusterMember serve) => Assert.Equal((0, ""), await serve.StopAsync());
}
