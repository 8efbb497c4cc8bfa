using Google.Protobuf;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.DevicePoints;

/// <summary>Points that the graph makes, seen as they are: a model whose gradient is its input gives them back.</summary>
public sealed class PointsInTheGraphTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(NoiseSampling.Independent), InlineData(NoiseSampling.Antithetic)]
    public async Task Noise_is_that_of_its_definition(NoiseSampling sampling)
    {
        // 12,285 elements: not a multiple of the four that a block has.
        int[] shape = [3, 63, 65];
        var (image, noise) = (Image(shape), new NoiseRecipe(0xFEDCBA9876543210, 7, 0.15, sampling, 0));
        int[] samples = [0, 1, 2, 3, 1_000_001];
        var round = new Round
        {
            Map = PointMap.Gradient, Reduction = PointReduction.Each, Target = "0", Recipe = new PointRecipe { Noise = noise },
            Points = [.. samples.Select(s => new Point(1, 1, s)), new Point(1, 1)], MicroBatch = 4, ShardPoints = 6,
        };
        var points = await PointsOf(round, image);
        var different = 0;
        for (var p = 0; p < samples.Length; p++)
        {
            for (var e = 0; e < image.Data.Length; e++)
            {
                var defined = Defined(noise, samples[p], e);
                var value = points[(p * image.Data.Length) + e];
                // docs/noise.md: within 1e-6 of the double formula. What is left here is the rounding to float32.
                Assert.Equal(image.Data[e] + defined, value, 1.2e-7);
                if (BitConverter.SingleToInt32Bits(value) != BitConverter.SingleToInt32Bits((float)(image.Data[e] + defined))) different++;
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{different} of {samples.Length * image.Data.Length} floats have other bits");
        Assert.InRange(different, 0, 3);
        // A point without a sample is the image itself.
        Assert.Equal(image.Data, points[^image.Data.Length..]);
    }

    [Fact]
    public async Task Points_of_paths_masks_and_windows_have_the_bits_that_the_host_gives_them()
    {
        int[] shape = [3, 21, 17];
        var image = Image(shape);
        var noise = new NoiseRecipe(3, 2, 0.2, NoiseSampling.Independent, 0);
        BaselineRecipe[] baselines = [new(BaselineKind.Mean), new(BaselineKind.Blur, 2), new(BaselineKind.Uniform, 1, 5, 2)];
        Point[] path = [new(0, 1), new(0.25, 1, 4, 1), new(1.0 / 3, 1, -1, 2), new(1, 1, 9), new(0.999, 1, 3)];
        double[] rise = [7, 0.5, 0xFFFFFFFF, 1, 2];
        (PointRecipe Recipe, Point[] Points)[] cases =
        [
            (new() { Baselines = [baselines[0]] }, path.Select(p => p with { Variant = 0 }).ToArray()),
            (new() { Baselines = baselines, Noise = noise }, path),
            (new() { Baselines = baselines, Path = PathKind.Ends }, [new(0, 1, -1, -1), new(0, 1, -1, 2), new(0, 1, -1, 1)]),
            (new() { Baselines = [baselines[1]], Path = PathKind.Occlusion, Parameters = [4, 5, 3, 2] },
                [.. Enumerable.Range(0, 49).Select(w => new Point(1, 1, -1, w))]),
            (new() { Baselines = [baselines[0]], Path = PathKind.RandomMask, Parameters = rise },
                [.. Enumerable.Range(0, 33).Select(m => new Point(1, 1, -1, 97 * m))]),
        ];
        foreach (var (recipe, points) in cases)
        {
            var round = new Round
            {
                Map = PointMap.Gradient, Reduction = PointReduction.Each, Target = "0", Recipe = recipe, Points = points, MicroBatch = 4,
                ShardPoints = points.Length,
            };
            Assert.NotNull(round.Spec(shape).Points);
            Assert.Equal(await PointsOf(round, image, false), await PointsOf(round, image));
        }
    }

    [Theory, InlineData(MultiplierKind.Point), InlineData(MultiplierKind.Difference)]
    public async Task Maps_are_multiplied_as_by_the_host(MultiplierKind multiplier)
    {
        var image = Image([2, 9, 9]);
        var round = new Round
        {
            Map = PointMap.Gradient, Reduction = PointReduction.Each, Target = "0",
            Recipe = new PointRecipe
            {
                Multiplier = multiplier, Noise = new(1, 0, 0.1, NoiseSampling.Independent, 0),
                Baselines = [new(BaselineKind.Ones), new(BaselineKind.Mean)],
            },
            Points = [new(0.5, 1, 1, 1), new(1, 1, 2), new(0.25, 1)], MicroBatch = 2, ShardPoints = 3,
        };
        Assert.Equal(await PointsOf(round, image, false), await PointsOf(round, image));
    }

    [Fact]
    public void What_a_graph_cannot_make_is_left_to_the_host()
    {
        DevicePointsOf(new() { Noise = new(1, 0, 1, NoiseSampling.LatinHypercube, 8) });
        DevicePointsOf(new() { Path = PathKind.Blur });
        DevicePointsOf(new() { Path = PathKind.Coalition });
        DevicePointsOf(new() { Path = PathKind.ChannelMask });
        DevicePointsOf(new() { Multiplier = MultiplierKind.Baseline });
        DevicePointsOf(new() { Path = PathKind.WithoutChannel, Multiplier = MultiplierKind.Image });
        DevicePointsOf(new() { Path = PathKind.Anchor });
        DevicePointsOf(new() { Path = PathKind.Perturbed });
        static void DevicePointsOf(PointRecipe recipe) => Assert.Null(
            new Round { Map = PointMap.Gradient, Recipe = recipe, Points = [new(1, 1)] }.Spec([1, 2, 2]).Points);
    }

    private static async Task<float[]> PointsOf(Round round, Tensor image, bool onDevice = true)
    {
        await using var device = TestDevice.Make(options: new DeviceOptions { PointsOnDevice = onDevice });
        var source = GraphSource.Of(Mirror(image.Shape), round.Spec(image.Shape));
        var partial = await device.RunAsync(
            source, (runner, stop) => ShardComputation.Run(round, round.Shards()[0], image, [], runner, stop), Cancellation);
        return partial.Sum!.Data;
    }

    // The formula of docs/noise.md, element by element.
    private static double Defined(NoiseRecipe noise, int sample, int element)
    {
        var sign = noise.Sampling == NoiseSampling.Antithetic && sample % 2 == 1 ? -1 : 1;
        if (noise.Sampling == NoiseSampling.Antithetic) sample -= sample % 2;
        var (r0, r1, r2, r3) = Philox.Block((uint)(element / 4), (uint)sample, noise.ImageIndex, 0, (uint)noise.Seed, (uint)(noise.Seed >> 32));
        var (r, a) = element % 4 < 2 ? (r0, r1) : (r2, r3);
        var (radius, angle) = (Math.Sqrt(-2 * Math.Log((r + 0.5) / 4294967296)), 2 * Math.PI * (a + 0.5) / 4294967296);
        return sign * noise.Stdev * radius * (element % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }

    // Half the sum of squares: the gradient is the input, without any rounding.
    private static OnnxModel Mirror(int[] shape) => ModelReader.Read(
        new ModelBuilder(13).Input("x", [-1, .. shape.Select(d => (long)d)]).Weight("half", [1], 0.5f).Longs("axes", 1)
            .Node("Mul", "x x", "squares").Node("Mul", "squares half", "halves").Node("Flatten", "halves", "flat")
            .Node("ReduceSum", "flat axes", "y", ("keepdims", 1)).Output("y", -1, 1).Proto.ToByteArray(), "mirror");

    private static Tensor Image(int[] shape)
    {
        var random = new Random(5);
        return new(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (n, d) => n * d)).Select(_ => (random.NextSingle() * 2) - 1)]);
    }
}
