using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Tests.Aggregation;

/// <summary>A gateway's in-flight images are bounded in bytes, whatever asks for them.</summary>
public sealed class InFlightMemoryTests
{
    private const int Jobs = 128;
    private const long Budget = 256L << 20;

    [Fact]
    public async Task A_hundred_and_twenty_eight_adaptive_jobs_at_224x224_stay_under_the_bound_and_all_of_them_are_offered()
    {
        await using var cluster = await RoleCluster.StartAsync(1, 0, ("Saliency:Jobs:ImageMemoryMegabytes", $"{Budget >> 20}"));
        var blob = await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 3, 224, 224)), Test.Token);
        var work = await ImageWorks.OfDigitAsync(new() { Method = "gradient", Target = "3" }, blob);
        var summary = work.Request.Model with { ImageShape = [3, 224, 224] };
        work = work with { Request = RequestResolver.Resolve(new() { Method = "integrated-gradients", Tolerance = 0.01, Target = "3" }, summary, []) };
        // What one of them may come to keep: two of them would fill half of the budget.
        Assert.InRange(ImageRun.BytesOf(work), Budget / 8, Budget / 2);

        var memory = cluster.OfGateway<ImageMemory>();
        var keys = Enumerable.Range(0, Jobs).Select(i => new ImageKey(GrainKeys.DefaultTenant, $"adaptive-{i}", 0).ToString()).ToArray();
        foreach (var key in keys) await cluster.Grains.GetGrain<IAggregatorWorkGrain>(key).StartAsync(work);
        // No device: those that are in memory make room for the others, so that the queue, and with it scaling, sees the work of all.
        var queue = cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool);
        await Eventually.TrueAsync(async () => (await queue.DescribeAsync()).Images == Jobs, "every image is offered");
        TestContext.Current.TestOutputHelper!.WriteLine($"{Jobs} images of up to {ImageRun.BytesOf(work) >> 20} MiB each held at most {memory.Peak >> 20} of {Budget >> 20} MiB");
        Assert.InRange(memory.Peak, 1, Budget);

        foreach (var key in keys) await cluster.Grains.GetGrain<IAggregatorWorkGrain>(key).CancelAsync();
        await Eventually.TrueAsync(async () => memory.Used == 0 && (await queue.DescribeAsync()).Images == 0, "all memory is given back and nothing is offered any more");
        Assert.Empty(cluster.Log.Errors);
    }

    [Fact]
    public async Task An_image_of_a_model_with_free_height_and_width_takes_the_room_of_its_own_size()
    {
        await using var cluster = await RoleCluster.StartAsync(1, 0, ("Saliency:Jobs:ImageMemoryMegabytes", $"{Budget >> 20}"));
        var blob = await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 3, 400, 300)), Test.Token);
        var work = await ImageWorks.OfDigitAsync(new() { Method = "gradient", Target = "3" }, blob);
        var summary = work.Request.Model with { ImageShape = [3, -1, -1] };
        work = work with { Request = RequestResolver.Resolve(new() { Method = "integrated-gradients", Tolerance = 0.01, Target = "3" },
            summary, []) };
        var bytes = RequestResolver.CostOf(work.Request, [3, 400, 300]).StateBytes;
        Assert.InRange(bytes, 2 * ImageRun.BytesOf(work), Budget);

        var aggregator = cluster.Grains.GetGrain<IAggregatorWorkGrain>(new ImageKey(GrainKeys.DefaultTenant, "free", 0).ToString());
        await aggregator.StartAsync(work);
        var memory = cluster.OfGateway<ImageMemory>();
        await Eventually.TrueAsync(async () => (await aggregator.GetRoundAsync(0)).Ready, "the image is loaded");
        Assert.Equal((bytes, bytes), (memory.Used, memory.Peak));
        await aggregator.CancelAsync();
        await Eventually.TrueAsync(() => Task.FromResult(memory.Used == 0), "all memory is given back");
        Assert.Empty(cluster.Log.Errors);
    }
}
