using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Faults.Tests.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Faults.Tests;

/// <summary>An image whose shards end every worker that takes them.</summary>
[Collection(FaultCluster.OneAtATime)]
public sealed class PoisonTests(FaultCluster cluster)
{
    [Fact]
    public async Task An_image_that_ends_its_workers_three_times_fails_with_a_reason_and_all_others_are_explained()
    {
        const int Poison = 5;
        cluster.Crash($"default/poison/{Poison}");
        try
        {
            await KnownJob.SubmitAsync(cluster, "poison");
            var job = await KnownJob.EndAsync(cluster, "poison");
            Assert.Equal((JobState.Done, KnownJob.Images - 1, 1), (job.State, job.ImagesDone, job.ImagesFailed));
            var failed = await cluster.CallAsync(async c => await c.Jobs.ReadResultsAsync("poison", follow: false, maps: false).FirstAsync(r => r.Result.State == ImageState.Failed));
            Assert.Equal((Poison, "SAL4101"), (failed.Result.Index, failed.Result.Failure.Code));
        }
        finally
        {
            cluster.Crash(null);
        }
        await cluster.WholeAsync();
    }
}
