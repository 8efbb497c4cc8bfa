using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>What a worker keeps of rounds, with an aggregator that is only asked.</summary>
public sealed class RoundCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_round_that_is_not_the_current_one_is_asked_for_again_since_a_new_activation_comes_to_it_later()
    {
        var time = new FakeTimeProvider();
        var blobs = new FolderBlobStore(_folder.Path, time);
        var asked = 0;
        var aggregator = Answering.With<IAggregatorWorkGrain>(() =>
        {
            asked++;
            return Task.FromResult(new RoundReply(null, Ready: true));
        });
        var rounds = new RoundCache(Answering.With<IGrainFactory>(() => aggregator), blobs, new ModelStore(blobs), time);
        var lease = new Lease(Guid.NewGuid(), "t/j/0", 1, new(0, 1), 10, "m", 1);
        Assert.Null(await rounds.GetAsync(lease, Test.Token));
        Assert.Null(await rounds.GetAsync(lease, Test.Token));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_round_that_is_waited_for_is_not_asked_for_any_more_once_the_worker_leaves()
    {
        var time = new FakeTimeProvider();
        var blobs = new FolderBlobStore(_folder.Path, time);
        using var leaving = new CancellationTokenSource();
        var asked = 0;
        var aggregator = Answering.With<IAggregatorWorkGrain>(() =>
        {
            asked++;
            return Task.FromResult(new RoundReply(null, Ready: false));
        });
        var rounds = new RoundCache(Answering.With<IGrainFactory>(() => aggregator), blobs, new ModelStore(blobs), time, leaving.Token);
        var waiting = rounds.GetAsync(new Lease(Guid.NewGuid(), "t/j/0", 1, new(0, 1), 10, "m", 1), Test.Token);
        Assert.Equal(1, asked);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_lease_of_a_job_that_was_deleted_gets_nothing_of_the_job_that_has_its_id_now()
    {
        var time = new FakeTimeProvider();
        var blobs = new FolderBlobStore(_folder.Path, time);
        var now = time.GetUtcNow();
        var (work, image) = (await ImageWorks.OfDigitAsync(new() { Method = "gradient", Target = "3" }, await blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token)), new ImageKey("t", "j", 0));
        var model = await blobs.WriteAsync(await File.ReadAllBytesAsync(Repo.Model("mnist-cnn"), Test.Token), Test.Token);
        var run = await ImageRun.StartAsync(work with { Incarnation = now }, image, new(), new(blobs), blobs, new GatewayCompute(), time, Test.Token);
        var reply = new RoundReply(run.Work(0)! with { ModelHash = model }, Ready: true);
        var rounds = new RoundCache(Answering.With<IGrainFactory>(() => Answering.With<IAggregatorWorkGrain>(() => Task.FromResult(reply))), blobs, new ModelStore(blobs), time);
        var lease = new Lease(Guid.NewGuid(), "t/j/0", 0, new(0, 1), 1, model, 1) { Incarnation = now };
        Assert.NotNull(await rounds.GetAsync(lease, Test.Token));
        Assert.Null(await rounds.GetAsync(lease with { Incarnation = now - TimeSpan.FromMinutes(1) }, Test.Token));
        // And the other way round: what is kept for the old job is not given to the new one.
        reply = new(reply.Work! with { Incarnation = now + TimeSpan.FromMinutes(1) }, Ready: true);
        Assert.Equal(now + TimeSpan.FromMinutes(1), (await rounds.GetAsync(lease with { Incarnation = now + TimeSpan.FromMinutes(1) }, Test.Token))!.Work.Incarnation);
    }
}
