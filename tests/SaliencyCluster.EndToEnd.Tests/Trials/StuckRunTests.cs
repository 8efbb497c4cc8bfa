using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Hostile;
using SaliencyCluster.TestKit.Running;
using ClusterMember = SaliencyCluster.EndToEnd.Tests.Processes.ClusterMember;

namespace SaliencyCluster.EndToEnd.Tests.Trials;

/// <summary>Processes that are told to stop, or have to, while native code runs that hears nothing for most of an hour.</summary>
public sealed class StuckRunTests : IDisposable
{
    // Drain, leaving the cluster, and what is granted to native code; far less than the run would take.
    private static readonly TimeSpan Stops = TimeSpan.FromMinutes(3);

    // A model is only run in the process itself once it has behaved in another; here it is taken to have done so. And no host is too slow
    // for what a run may take.
    private static readonly (string, string)[] Settings =
    [
        ("Saliency__Device__Trials", "false"), ("Saliency__Device__RunTimeout", "10:00:00"), ("Saliency__Worker__DrainTime", "00:00:02"),
    ];

    private readonly TemporaryFolder _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Theory, InlineData(null), InlineData(1)]
    public async Task Serve_that_is_told_to_stop_ends_and_the_work_is_there_when_it_starts_again(int? workers)
    {
        using (var serve = await ClusterMember.ServeAsync(_data.Path, workers, keys: null, memory: null, options: null, Settings))
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

    private static async Task StickAsync(SaliencyClient client)
    {
        await client.Models.AddAsync("endless", new MemoryStream(PoisonModels.Endless()), cancellation: Cancellation);
        await client.Jobs.SubmitAsync("endless", new() { Method = "occlusion", MicroBatch = 1 }, Digits.Many(1), "stuck", Cancellation);
        await Eventually.TrueAsync(
            async () => (await client.GetClusterAsync(Cancellation)).Devices.Any(d => d.Leases > 0), "a worker holds the work");
    }
}
