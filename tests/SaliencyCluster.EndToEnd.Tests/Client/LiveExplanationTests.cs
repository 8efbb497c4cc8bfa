using SaliencyCluster.Client.Explanations;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Client;

public sealed class LiveExplanationTests(SharedCluster cluster)
{
    private static readonly ExplanationOptions Long = new() { Method = "smoothgrad", Samples = 100_000 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Progress_and_partial_maps_come_before_the_answer()
    {
        var options = new ExplanationOptions { Method = "smoothgrad", Samples = 20_000, ShardPoints = 64 };
        var updates = await cluster.Client.ExplainAsync("mnist-cnn", options, Digits.Tensor(3), partialMaps: true, Cancellation).ToListAsync(Cancellation);
        Assert.IsType<ExplainUpdate.Started>(updates[0]);
        var progress = updates.OfType<ExplainUpdate.Progress>().Select(p => p.PointsDone).ToList();
        Assert.Equal(progress.Order(), progress);
        Assert.Contains(updates, u => u is ExplainUpdate.Partial { Map.Values.Length: 784 });
        var answer = Assert.IsType<ExplainUpdate.Finished>(updates[^1]).Answer;
        Assert.Equal(("3", "3", 20_000L, 784), (answer.Result.Target, answer.Result.Label, answer.Result.Points, answer.Map!.Values.Length));
        Assert.NotNull(answer.Result.Parameters);
    }

    [Fact]
    public async Task A_picture_and_its_tensor_have_the_same_map()
    {
        var options = new ExplanationOptions { Method = "gradient" };
        var picture = await cluster.Client.ExplainToEndAsync("mnist-cnn", options, Digits.Picture(5), Cancellation);
        var tensor = await cluster.Client.ExplainToEndAsync("mnist-cnn", options, Digits.Tensor(5), Cancellation);
        Assert.Equal(tensor.Map!.Values, picture.Map!.Values);
    }

    [Fact]
    public async Task Leaving_the_call_cancels_the_work()
    {
        string? id = null;
        await foreach (var update in cluster.Client.ExplainAsync("mnist-cnn", Long, Digits.Tensor(1), cancellation: Cancellation))
        {
            if (update is ExplainUpdate.Started started) id = started.JobId;
            if (update is ExplainUpdate.Progress { PointsDone: > 0 }) break;
        }
        var last = await cluster.Client.Jobs.WatchAsync(id!, Cancellation).LastAsync(Cancellation);
        Assert.Equal(JobState.Cancelled, last.State);
    }

    [Fact]
    public async Task Cancelling_the_job_of_a_call_ends_the_call_with_a_reason()
    {
        var error = await Assert.ThrowsAsync<SaliencyCluster.Client.Errors.GatewayException>(async () =>
        {
            await foreach (var update in cluster.Client.ExplainAsync("mnist-cnn", Long, Digits.Tensor(2), cancellation: Cancellation))
                if (update is ExplainUpdate.Started started) await cluster.Client.Jobs.CancelAsync(started.JobId, Cancellation);
        });
        Assert.Equal("SAL2620", error.Code);
    }
}
