using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.TieBreaking;

/// <summary>Which of two neighbours that float32 cannot tell apart the first max pool takes.</summary>
public class FirstPoolTests
{
    private const int Size = 12;

    [Theory]
    [InlineData(1, 1, 1, 0)] // equal: the first
    [InlineData(1, 1.5, 0, 1)]
    [InlineData(1.5, 1, 1, 0)]
    public void Gradient_goes_to_the_larger_neighbour_where_float32_sees_a_tie(double left, double right, double toLeft, double toRight)
    {
        // 1 + left * 2^-30 against 1 + right * 2^-30: both are 1 in float32.
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 2, 1, 2).Weight("w", [1, 2, 1, 1], 1, MathF.ScaleB(1, -30))
            .Node("Conv", "x w", "c").Node("MaxPool", "c", "y", ("kernel_shape", (long[])[1, 2])).Output("y", 1, 1, 1, 1));
        var gradient = Explain.Map(model, new() { ImageShape = [2, 1, 2] }, [1, 1, left, right], target: 0);
        Assert.Equal([toLeft, toRight], gradient[..2]);
    }

    [Theory]
    [InlineData(1, 0, 1, "nothing")]
    [InlineData(2, 1, 1, "nothing")]
    [InlineData(1, 2, 2, "nothing")]
    [InlineData(1, 1, 1, "Relu")]
    public void Gradient_of_a_nearly_flat_image_is_that_of_double_arithmetic(int stride, int pad, int dilation, string between)
    {
        var random = new Random(5);
        float[] weights = [.. Enumerable.Range(0, 4 * 3 * 9).Select(_ => random.NextSingle() - 0.5f)];
        float[] bias = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())];
        double[] image = [.. Enumerable.Range(0, 3 * Size * Size).Select(_ => (double)(0.7f + (3e-7f * random.NextSingle())))];
        var builder = new ModelBuilder().Input("x", -1, 3, Size, Size).Weight("w", [4, 3, 3, 3], weights).Weight("b", [4], bias)
            .Node("Conv", "x w b", "c", ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]), ("dilations", (long[])[dilation, dilation]));
        if (between != "nothing") builder.Node(between, "c", "r");
        builder.Node("MaxPool", between == "nothing" ? "c" : "r", "p", ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]))
            .Node("GlobalAveragePool", "p", "g").Node("Flatten", "g", "y").Output("y", -1, 4);
        var gradient = Explain.Map(Explain.Read(builder), new() { ImageShape = [3, Size, Size] }, image, target: 2);
        Assert.InRange(Numbers.RelativeError(gradient, Expected(image, weights, bias, 2, stride, pad, dilation, between == "Relu")), 0, 1e-6);
    }

    [Fact]
    public void A_large_first_layer_and_later_pools_stay_in_float32()
    {
        Assert.DoesNotContain(Operators(Model(channels: 64, 224)), op => op == "Cast");
        Assert.Equal(1, Operators(Model(channels: 8, 32)).Count(op => op == "ReduceMax"));
    }

    [Fact]
    public void Without_a_gradient_nothing_is_chosen_and_nothing_changes() =>
        Assert.DoesNotContain(Operators(Model(channels: 8, 32), PointMap.None), op => op == "Cast");

    // Two convolutions, each with a pool behind it.
    private static (OnnxModel Model, int Size) Model(int channels, int size)
    {
        var random = new Random(1);
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)];
        (string, object)[] pool = [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })];
        return (Explain.Read(new ModelBuilder().Input("x", -1, 3, size, size)
            .Weight("w1", [channels, 3, 7, 7], Draw(channels * 147)).Weight("w2", [8, channels, 3, 3], Draw(8 * channels * 9))
            .Node("Conv", "x w1", "c1").Node("MaxPool", "c1", "p1", pool).Node("Conv", "p1 w2", "c2").Node("MaxPool", "c2", "p2", pool)
            .Node("GlobalAveragePool", "p2", "g").Node("Flatten", "g", "y").Output("y", -1, 8)), size);
    }

    private static List<string> Operators((OnnxModel Model, int Size) model, PointMap map = PointMap.Gradient)
    {
        var graph = ExplanationCompiler.Compile(model.Model, new() { ImageShape = [3, model.Size, model.Size], Map = map });
        return [.. ModelProto.Parser.ParseFrom(graph.Model.Span).Graph.Node.Select(n => n.OpType)];
    }

    private static double[] Expected(
        double[] image, float[] weights, float[] bias, int channel, int stride, int pad, int dilation, bool relu)
    {
        var size = ((Size + (2 * pad) - (2 * dilation) - 1) / stride) + 1;
        var gradient = new double[image.Length];
        var windows = size / 2;
        for (var window = 0; window < windows * windows; window++)
        {
            var (row, column) = (window / windows * 2, window % windows * 2);
            var best = Enumerable.Range(0, 4).Select(i => (Y: row + (i / 2), X: column + (i % 2))).MaxBy(p => Sum(p.Y, p.X));
            if (relu && Sum(best.Y, best.X) <= 0) continue;
            foreach (var (pixel, weight) in Taps(best.Y, best.X)) gradient[pixel] += weight / (windows * windows);
        }
        return gradient;

        double Sum(int y, int x) => bias[channel] + Taps(y, x).Sum(t => image[t.Pixel] * t.Weight);

        IEnumerable<(int Pixel, double Weight)> Taps(int y, int x) =>
            from c in Enumerable.Range(0, 3)
            from tap in Enumerable.Range(0, 9)
            let py = (y * stride) - pad + (tap / 3 * dilation)
            let px = (x * stride) - pad + (tap % 3 * dilation)
            where py is >= 0 and < Size && px is >= 0 and < Size
            select ((c * Size + py) * Size + px, (double)weights[(((channel * 3) + c) * 9) + tap]);
    }
}
