using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>What a worker says to the cluster for its leases.</summary>
public sealed class CallsPerLeaseTests
{
    [Fact]
    public async Task A_lease_takes_four_kinds_of_calls_and_a_loaded_model_none()
    {
        await using var cluster = await RoleCluster.StartAsync(1, 1);
        await cluster.AddModelAsync("mnist-cnn");
        var images = await cluster.Blobs.AddImagesAsync(20, 1, 28, 28);
        var job = cluster.Job("counted");
        await job.SubmitAsync(Samples.Job("mnist-cnn", images, new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 64, ShardPoints = 8, MicroBatch = 8 }), Test.Token);
        Assert.Equal(JobState.Completed, (await job.EndAsync()).State);

        var calls = cluster.Calls.Calls;
        foreach (var (call, times) in calls.OrderBy(c => c.Key)) TestContext.Current.TestOutputHelper!.WriteLine($"{call}: {times}");
        var leases = calls["IAggregatorWorkGrain.AddAsync"];
        Assert.Equal(
            ["IAggregatorWorkGrain.AddAsync", "IAggregatorWorkGrain.GetRoundAsync", "IModelInstanceGrain.LoadAsync", "IModelTrialGrain.BeginAsync",
                "IModelTrialGrain.EndAsync", "IShardQueueGrain.AcquireAsync", "IShardQueueGrain.ReportAsync"],
            calls.Keys.Order(StringComparer.Ordinal));
        // A graph for the probe and one for the gradients, once for all leases; the rounds of 20 images, each once.
        Assert.InRange(calls["IModelInstanceGrain.LoadAsync"], 1, 2);
        Assert.InRange(calls["IModelTrialGrain.BeginAsync"], 1, 2);
        Assert.InRange(calls["IModelTrialGrain.EndAsync"], 1, 2);
        Assert.InRange(calls["IAggregatorWorkGrain.GetRoundAsync"], 40, Math.Max(40, leases));
    }
}
