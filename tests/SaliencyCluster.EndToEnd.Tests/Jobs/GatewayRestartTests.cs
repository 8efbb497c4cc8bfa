using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

public sealed class GatewayRestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_and_a_reading_go_on_when_the_gateway_is_restarted()
    {
        using var data = new TemporaryFolder();
        var gateway = await TestProcess.StartAsync("gateway", data.Path);
        await using var worker = await TestProcess.StartAsync("worker", data.Path);
        using var client = gateway.Client();
        await SharedCluster.AddAsync(client, "mnist-cnn");
        var job = await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 500 }, Digits.Many(20), cancellation: Cancellation);
        var begun = new TaskCompletionSource();
        var watching = WatchAsync();
        var reading = client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).Select(r => r.Result.Index).ToListAsync(Cancellation).AsTask();
        await begun.Task.WaitAsync(Cancellation);
        var port = gateway.Addresses!.Grpc.Port;
        await gateway.DisposeAsync();
        await using var again = await TestProcess.StartAsync("gateway", data.Path, port);
        Assert.Equal((JobState.Done, 20), await watching.WaitAsync(Cancellation));
        Assert.Equal(Enumerable.Range(0, 20), await reading.WaitAsync(Cancellation));

        async Task<(JobState, int)> WatchAsync()
        {
            Job? last = null;
            await foreach (var state in client.Jobs.WatchAsync(job.JobId, Cancellation))
            {
                if (state.ImagesDone is > 0 and < 20) begun.TrySetResult();
                last = state;
            }
            return (last!.State, last.ImagesDone);
        }
    }
}
