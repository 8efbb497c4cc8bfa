using SaliencyCluster.Client.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Clusters;

/// <summary>A cluster of its own: a drained worker would stop the others' tests.</summary>
public sealed class WatchClusterTests : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private TestProcess _process = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _process = await TestProcess.StartAsync("gateway+worker", _data.Path);
        using var client = _process.Client();
        await SharedCluster.AddAsync(client, "mnist-mlp");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _data.Dispose();
        Assert.Empty(_process.Errors.Lines);
    }

    [Fact]
    public async Task Watchers_see_what_is_computed_by_model_method_and_worker()
    {
        using var client = _process.Client();
        await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 50 }, Digits.Many(4), "watched", Cancellation);
        await client.Jobs.WatchAsync("watched", Cancellation).LastAsync(Cancellation);
        // Work counts when its worker has reported it, perhaps after the job's end, and only a watch's first message goes far back.
        ClusterUpdate update;
        do update = await client.WatchClusterAsync(TimeSpan.FromMinutes(5), Cancellation).FirstAsync(Cancellation);
        while (!update.Throughput.Any(t => t.Of == ThroughputOf.Method && t.Points.Sum() > 203));
        // 50 gradients of each image, and the forward pass that finds its class.
        Assert.All(update.Throughput, series => Assert.Equal(204, series.Points.Sum(), 1));
        Assert.Equal(["smoothgrad"], update.Throughput.Where(t => t.Of == ThroughputOf.Method).Select(t => t.Name));
        Assert.Equal(update.Status.Devices.Select(d => d.Worker), update.Throughput.Where(t => t.Of == ThroughputOf.Worker).Select(t => t.Name));
        Assert.Equal(1, update.Status.Devices[0].Lanes);
    }

    [Fact]
    public async Task A_drained_worker_takes_nothing_until_it_is_resumed()
    {
        using var client = _process.Client();
        var worker = (await client.WatchClusterAsync(cancellation: Cancellation).FirstAsync(u => u.Status.Devices.Count > 0, Cancellation)).Status.Devices[0].Worker;
        Assert.True(Assert.Single(await client.DrainWorkerAsync(worker, cancellation: Cancellation)).Draining);
        var job = await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), "waits", Cancellation);
        var queued = await client.WatchClusterAsync(cancellation: Cancellation).FirstAsync(u => u.Status.QueuedPoints > 0, Cancellation);
        Assert.True(queued.Status.Devices[0].Draining);
        Assert.False(Assert.Single(await client.DrainWorkerAsync(worker, resume: true, Cancellation)).Draining);
        Assert.Equal(JobState.Done, (await client.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation)).State);
        Assert.Equal("SAL4110", (await Assert.ThrowsAsync<GatewayException>(() => client.DrainWorkerAsync("nobody", cancellation: Cancellation))).Code);
    }
}
