using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Tests.Aggregation;

/// <summary>A job was deleted and its id given to another one, while a worker still computes for the first.</summary>
public sealed class ForeignSumTests
{
    [Fact]
    public async Task A_sum_for_a_deleted_job_is_not_counted_for_the_job_that_has_its_id_now()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: 0);
        var blob = await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token);
        var work = await ImageWorks.OfDigitAsync(new() { Method = "smoothgrad", Target = "3", Samples = 16, ShardPoints = 4 }, blob) with { Incarnation = DateTimeOffset.UnixEpoch.AddYears(50) };
        var aggregator = cluster.Grains.GetGrain<IAggregatorWorkGrain>(new ImageKey(GrainKeys.DefaultTenant, "twice", 0).ToString());
        await aggregator.StartAsync(work);
        RoundReply reply = new(null, Ready: false);
        await Eventually.TrueAsync(async () => (reply = await aggregator.GetRoundAsync(0)).Ready, "the aggregator has begun");
        Assert.Equal(work.Incarnation, reply.Work!.Incarnation);
        Task<AddReply> SendAsync(DateTimeOffset accepted) =>
            aggregator.AddAsync(new Partial(0, 0, 0, null, null, [1], reply.Work.Round.Outputs ? new float[10] : null).ToMessage("a worker") with { Incarnation = accepted });
        Assert.Equal(AddReply.Stale, await SendAsync(work.Incarnation.AddMinutes(-1)));
        Assert.Equal(AddReply.Added, await SendAsync(work.Incarnation));
        await aggregator.CancelAsync();
    }
}
