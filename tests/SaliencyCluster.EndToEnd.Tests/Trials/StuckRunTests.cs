using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Running;
using ClusterMember = SaliencyCluster.EndToEnd.Tests.Processes.ClusterMember;

namespace SaliencyCluster.EndToEnd.Tests.Trials;

/// <summary>Processes that are told to stop, or have to, while native code runs that hears nothing for most of an hour.</summary>
public sealed class StuckRunTests : IDisposable
{
    // Drain, leaving the cluster, and what is granted to native code; far less than the run would take.
    private static readonly TimeSpan Stops = TimeSpan.FromMinutes(3);

    // A model is only run in the process itself once it has behaved in another; here it is taken to have done so.
    private static readonly (string, string)[] Settings =
        [("Saliency__Device__Trials", "false"), ("Saliency__Worker__DrainTime", "00:00:02")];

    private readonly TemporaryFolder _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Theory, InlineData(null), InlineData(1)]
    public async Task Serve_that_is_told_to_stop_ends_and_the_work_is_there_when_it_starts_again(int? workers)
    {
        using (var serve = await ClusterMember.ServeAsync(_data.Path, workers, keys: null, memory: null, Settings))
        {
            using var client = new SaliencyClient(serve.Grpc!);
            await StickAsync(client);
            await serve.StopAsync().WaitAsync(Stops, Cancellation);
            Assert.False(serve.IsRunning);
        }
        using var again = await ClusterMember.ServeAsync(_data.Path, workers: 0);
        using var after = new SaliencyClient(again.Grpc!);
        var job = await after.Jobs.GetAsync("stuck", Cancellation);
        Assert.True(job.State is JobState.Running or JobState.Queued, $"{job.State}");
        Assert.Equal(JobState.Cancelled, (await after.Jobs.CancelAsync("stuck", Cancellation)).State);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_ends_and_another_one_serves()
    {
        using var gateway = await ClusterMember.GatewayAsync(_data.Path);
        using var client = new SaliencyClient(gateway.Grpc!);
        using (var worker = await ClusterMember.WorkerAsync(_data.Path, Settings))
        {
            await StickAsync(client);
            await worker.StopAsync().WaitAsync(Stops, Cancellation);
        }
        await client.Jobs.CancelAsync("stuck", Cancellation);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        using var other = await ClusterMember.WorkerAsync(_data.Path);
        Assert.NotNull((await client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation)).Map);
    }

    [Fact]
    public async Task Serve_without_workers_ends_with_a_code_and_never_runs_the_model_again_after_it_was_started_as_often_as_it_may()
    {
        (string, string)[] settings = [.. Settings, ("Saliency__Device__RunTimeout", "00:00:01"), ("Saliency__Trials__MaxEnded", "1")];
        using (var serve = await ClusterMember.ServeAsync(_data.Path, workers: null, keys: null, memory: null, settings))
        {
            using var client = new SaliencyClient(serve.Grpc!);
            await StickAsync(client);
            var (exit, error) = await serve.EndAsync().WaitAsync(Stops, Cancellation);
            Assert.Equal(4, exit);
            Assert.Contains("error SAL4023", error, StringComparison.Ordinal);
        }
        using var again = await ClusterMember.ServeAsync(_data.Path, workers: null, keys: null, memory: null, settings);
        using var after = new SaliencyClient(again.Grpc!);
        var job = await after.Jobs.WatchAsync("stuck", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Failed, "SAL4021"), (job.State, job.Failure.Code));
        Assert.Equal("SAL4021", (await Assert.ThrowsAsync<GatewayException>(
            () => after.ExplainToEndAsync("endless", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation))).Code);
        await SharedCluster.AddAsync(after, "mnist-mlp");
        Assert.NotNull((await after.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation)).Map);
        Assert.True(again.IsRunning);
    }

    private static async Task StickAsync(SaliencyClient client)
    {
        await client.Models.AddAsync("endless", new MemoryStream(PoisonModels.Endless()), cancellation: Cancellation);
        await client.Jobs.SubmitAsync("endless", new() { Method = "occlusion", MicroBatch = 1 }, Digits.Many(1), "stuck", Cancellation);
        await Eventually.TrueAsync(
            async () => (await client.GetClusterAsync(Cancellation)).Devices.Any(d => d.Leases > 0), "a worker holds the work");
    }
}
