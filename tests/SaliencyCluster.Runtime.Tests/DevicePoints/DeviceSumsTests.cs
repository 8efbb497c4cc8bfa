using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Local;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.DevicePoints;

/// <summary>Whole explanations whose points are made, and whose maps are added, on the device; here the processor's memory plays the
/// device's.</summary>
public sealed class DeviceSumsTests
{
    private static readonly OnnxModel Model = ModelReader.ReadFile(Repo.Model("mnist-cnn"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods => new(MethodCatalog.All
        .Where(m => m.Description is { NeedsDetection: false, NeedsAttention: false }).Select(m => m.Name));

    [Theory, MemberData(nameof(Methods))]
    public async Task A_map_is_that_of_points_from_the_host(string method)
    {
        var request = Request(method);
        var (host, device) = (await Explain(request, false), await Explain(request, true));
        Assert.Equal(host.Score, device.Score, 1e-6 * Math.Max(1, Math.Abs(host.Score)));
        // The noise of some elements differs in its last bit; where a Relu or a pool is that close to its kink, a gradient jumps.
        Assert.InRange(Error(host.Estimate.Map.Data, device.Estimate.Map.Data), 0, 2e-5);
    }

    [Theory]
    [InlineData("smoothgrad"), InlineData("vargrad"), InlineData("integrated-gradients"), InlineData("expected-gradients")]
    [InlineData("rise")]
    public async Task Bytes_do_not_depend_on_shards_lanes_or_what_ran_before(string method)
    {
        var request = Request(method) with { MicroBatch = 4 };
        var expected = (await Explain(request with { ShardPoints = 32 }, true, 1)).Estimate.Map.Data;
        foreach (var (shard, lanes) in ((int, int)[])[(4, 1), (8, 3), (16, 2), (64, 1)])
            Assert.Equal(expected, (await Explain(request with { ShardPoints = shard }, true, lanes)).Estimate.Map.Data);
        await using var device = Device(true, 2);
        var images = Enumerable.Range(0, 3).Select(i => new LocalImage($"{i}", (uint)i, () => Image(i))).ToList();
        var explainer = new LocalExplainer(device, Model, Resolve(request), [], TimeProvider.System);
        await foreach (var result in explainer.ExplainAsync(images, null, Cancellation))
            Assert.Equal((await Explain(request, true, 1, result.Image.Index)).Estimate.Map.Data, result.Explanation!.Estimate.Map.Data);
    }

    [Theory]
    [InlineData("smoothgrad", 24), InlineData("smoothgrad-squared", 24), InlineData("integrated-gradients", 16)]
    [InlineData("expected-gradients", 24), InlineData("rise", 12), InlineData("occlusion", 36)]
    public async Task A_point_costs_at_most_64_bytes_and_an_image_crosses_once(string method, int most)
    {
        var (few, many) = (await Cost(64), await Cost(192));
        var perPoint = (many.Bytes - few.Bytes) / (double)(many.Points - few.Points);
        TestContext.Current.TestOutputHelper!.WriteLine($"{method}: {perPoint} bytes a point, {few.Bytes - (few.Points * perPoint)} an image");
        Assert.InRange(perPoint, 1, most);
        Assert.InRange(most, 1, 64);
        // Image, baseline, map, sum of squares and what the probe takes: some images, whatever the number of points.
        Assert.InRange(few.Bytes - (few.Points * perPoint), 0, 16 * 784 * sizeof(float));

        async Task<(int Points, long Bytes)> Cost(int points)
        {
            await using var device = Device(true, 1);
            var request = Request(method) with { MicroBatch = 8, ShardPoints = 256 };
            request = method == "occlusion" ? request with { Stride = points == 64 ? [3, 3] : [2, 2] }
                : request.Steps is null ? request with { Samples = points } : request with { Steps = points };
            // The first one loads and warms up.
            await Run(device, request, 1);
            var before = device.TransferredBytes;
            var result = await Run(device, request, 0);
            return (result.Points, device.TransferredBytes - before);
        }
    }

    [Fact]
    public async Task Points_from_the_host_cost_an_image_each()
    {
        await using var device = Device(false, 1);
        var request = Request("smoothgrad") with { MicroBatch = 8, Samples = 64 };
        await Run(device, request, 1);
        var before = device.TransferredBytes;
        await Run(device, request, 0);
        Assert.InRange(device.TransferredBytes - before, 64 * 784 * sizeof(float), long.MaxValue);
    }

    private static ExplanationRequest Request(string method) => method switch
    {
        "smoothgrad" or "smoothgrad-squared" or "vargrad" or "expected-gradients" => new() { Method = method, Samples = 50, Seed = 3 },
        "rise" => new() { Method = method, Samples = 100, Seed = 3 },
        "integrated-gradients" or "blur-ig" or "guided-ig" or "idgi" or "xrai" => new() { Method = method, Steps = 24 },
        "occlusion" => new() { Method = method, Window = [6, 6], Stride = [3, 3] },
        _ => new() { Method = method },
    };

    private static async Task<Explanation> Explain(ExplanationRequest request, bool onDevice, int lanes = 2, uint index = 0)
    {
        await using var device = Device(onDevice, lanes);
        return await Run(device, request, index);
    }

    private static async Task<Explanation> Run(Device device, ExplanationRequest request, uint index)
    {
        var explainer = new LocalExplainer(device, Model, Resolve(request), [], TimeProvider.System);
        await foreach (var result in explainer.ExplainAsync([new("image", index, () => Image((int)index))], null, Cancellation))
            return result.Failure is { } failure ? throw failure : result.Explanation!;
        throw new InvalidOperationException("No result.");
    }

    private static Device Device(bool onDevice, int lanes) =>
        TestDevice.Make(lanes, options: new DeviceOptions { PointsOnDevice = onDevice });

    private static ResolvedRequest Resolve(ExplanationRequest request) => RequestResolver.Resolve(request, ModelSummary.Of(Model), []);

    private static Tensor Image(int seed)
    {
        var random = new Random(seed);
        return new([1, 28, 28], [.. Enumerable.Range(0, 784).Select(_ => random.NextSingle())]);
    }

    private static double Error(float[] expected, float[] actual)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
            (difference, norm) = (difference + Math.Pow(expected[i] - actual[i], 2), norm + Math.Pow(expected[i], 2));
        return Math.Sqrt(difference / Math.Max(norm, 1e-30));
    }
}
