using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.Winograd;

/// <summary>Graphs with fewer products against the same graphs without.</summary>
public class WinogradGraphTests
{
    private const int Channels = 64;
    private const int Height = 30;
    private const int Width = 28;

    public static TheoryData<string> Tails => new("nothing", "relu6", "residual", "pool", "strided 3x3", "strided 1x1", "strided 7x7", "pointwise", "concat", "sigmoid");

    [Theory, MemberData(nameof(Tails))]
    public void Gradient_is_the_same(string tail) =>
        AssertSame(Model(tail), new() { ImageShape = [Channels, Height, Width], MicroBatch = 2 });

    [Theory]
    [InlineData(PointMap.GradCam)]
    [InlineData(PointMap.None)]
    public void Other_maps_are_the_same(PointMap map) =>
        AssertSame(Model("residual"), new() { ImageShape = [Channels, Height, Width], MicroBatch = 2, Map = map, Layer = map == PointMap.None ? null : "a" });

    [Fact]
    public void Products_fall_by_almost_a_third()
    {
        var spec = new ExplanationSpec { ImageShape = [Channels, Height, Width] };
        double fewer = ExplanationCompiler.Compile(Model("nothing"), spec).MultiplyAdds;
        Assert.InRange(fewer / ExplanationCompiler.Compile(Model("nothing"), spec with { CpuRewrites = false }).MultiplyAdds, 0.66, 0.70);
    }

    [Fact]
    public void Small_convolutions_are_left_alone()
    {
        var spec = new ExplanationSpec { ImageShape = [1, 28, 28] };
        var model = ModelReader.ReadFile(Repo.Model("mnist-cnn"));
        Assert.True(ExplanationCompiler.Compile(model, spec).Model.Span.SequenceEqual(
            ExplanationCompiler.Compile(model, spec with { CpuRewrites = false }).Model.Span));
    }

    private static void AssertSame(OnnxModel model, ExplanationSpec spec)
    {
        var fewer = ExplanationCompiler.Compile(model, spec);
        var plain = ExplanationCompiler.Compile(model, spec with { CpuRewrites = false });
        Assert.True(fewer.MultiplyAdds < plain.MultiplyAdds);
        var (a, b) = (Run(fewer), Run(plain));
        foreach (var name in b.Keys) Assert.True(Numbers.RelativeError(a[name], b[name]) < 2e-6, $"{name} differs by {Numbers.RelativeError(a[name], b[name]):g3}");
    }

    private static Dictionary<string, double[]> Run(ExplanationGraph graph)
    {
        using var session = new OrtModel(graph.Model);
        var random = new Random(3);
        double[] Values(string name) => Draw.Any.Values(session.Shape(name).Aggregate(1L, (p, d) => p * d), random);
        return graph.Spec.Map == PointMap.None
            ? session.Run(("point", Values("point")), ("output_gradient", Values("output_gradient")))
            : session.Run(("point", Values("point")), ("output_gradient", Values("output_gradient")), ("weight", Values("weight")));
    }

    // Two large convolutions without kinks between them (a kink within rounding of zero may flip), then something else.
    private static OnnxModel Model(string tail)
    {
        var builder = new ModelBuilder(13).Input("x", -1, Channels, Height, Width);
        Conv(builder, "x", "a", 3, ("pads", new long[] { 1, 1, 1, 1 }));
        builder.Node("Tanh", "a", "t");
        Conv(builder, "t", "b", 3, ("pads", new long[] { 1, 1, 1, 1 }));
        switch (tail)
        {
            case "nothing": builder.Node("Identity", "b", "c"); break;
            case "relu6": builder.Weight("low", [], -100).Weight("high", [], 100).Node("Clip", "b low high", "c"); break;
            case "residual": builder.Node("Add", "b x", "c"); break;
            case "pool": builder.Node("AveragePool", "b", "c", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })); break;
            case "strided 3x3": Conv(builder, "b", "c", 3, ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })); break;
            case "strided 1x1": Conv(builder, "b", "c", 1, ("strides", new long[] { 2, 2 })); break;
            case "strided 7x7": Conv(builder, "b", "c", 7, ("strides", new long[] { 3, 2 }), ("pads", new long[] { 3, 2, 1, 3 })); break;
            case "pointwise": Conv(builder, "b", "c", 1); break;
            case "concat": builder.Node("Concat", "b t", "c", ("axis", 1)); break;
            default: builder.Node("Sigmoid", "b", "c"); break;
        }
        return Explain.Read(builder.Node("GlobalAveragePool", "c", "p").Node("Flatten", "p", "y").Output("y", -1, -1));
    }

    private static void Conv(ModelBuilder builder, string from, string to, int size, params (string, object)[] attributes)
    {
        var weights = Draw.Any.Values(Channels * Channels * size * size, new Random(to[0]));
        builder.Weight(to + "_w", [Channels, Channels, size, size], [.. weights.Select(w => (float)w / (8 * size))])
            .Weight(to + "_b", [Channels], [.. weights[..Channels].Select(w => (float)w)])
            .Node("Conv", $"{from} {to}_w {to}_b", to, attributes);
    }
}
