using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Polyphase;

/// <summary>Max pools without indices against the runtime's indices, on whole numbers, where most windows hold their maximum several times.</summary>
public class MaxPoolGradientTests
{
    private const int Channels = 16;
    private const int Size = 80;

    public static TheoryData<string, long[], long[], int> Pools => new()
    {
        { "as in ResNet", [3, 3], [1, 1, 1, 1], 0 },
        { "as in GoogLeNet", [3, 3], [0, 0, 0, 0], 1 },
        { "padded at the end", [3, 3], [0, 0, 1, 1], 0 },
        { "as in VGG", [2, 2], [0, 0, 0, 0], 0 },
        { "padded on one side", [2, 2], [1, 1, 0, 0], 0 },
        { "not square", [2, 3], [0, 1, 0, 1], 0 },
    };

    [Theory, MemberData(nameof(Pools))]
    public void Gradient_goes_to_the_element_that_the_indices_name(string name, long[] kernel, long[] pads, int ceil)
    {
        var nodes = SameGradient.Check(Model(kernel, pads, ceil, 16), new() { ImageShape = [Channels, Size, Size], MicroBatch = 2 }, Draw.WholeNumbers);
        Assert.True(nodes.All(n => n.OpType != "ScatterElements"), name);
    }

    [Theory]
    [InlineData(GradientRules.GuidedBackprop)]
    [InlineData(GradientRules.Deconvolution)]
    public void Other_gradient_rules_give_the_same_too(GradientRules rules) =>
        SameGradient.Check(Model([3, 3], [1, 1, 1, 1], 0, 16), new() { ImageShape = [Channels, Size, Size], Rules = rules }, Draw.WholeNumbers);

    [Fact]
    public void Gradient_of_the_pooled_layer_itself_keeps_the_windows_that_hold_only_zeros()
    {
        var nodes = SameGradient.Check(
            Model([3, 3], [1, 1, 1, 1], 0, 16), new() { ImageShape = [Channels, Size, Size], Layer = "r" }, Draw.WholeNumbers);
        Assert.Contains(nodes, n => n.OpType == "ScatterElements");
    }

    [Fact]
    public void A_first_convolution_takes_the_gradient_in_quarters()
    {
        var model = new ModelBuilder().Input("x", -1, 3, 2 * Size, 2 * Size).Weight("one", [1], 1).Node("Add", "x one", "s");
        Conv(model, "s", "c", [Channels, 3, 7, 7], ("strides", (long[])[2, 2]), ("pads", (long[])[3, 3, 3, 3]));
        var nodes = SameGradient.Check(Head(model, [3, 3], [1, 1, 1, 1], 0), new() { ImageShape = [3, 2 * Size, 2 * Size], MicroBatch = 3 }, Draw.WholeNumbers);
        Assert.Equal(2, nodes.Count(n => n.OpType == "DepthToSpace"));
        Assert.DoesNotContain(nodes, n => n.OpType is "ScatterElements" or "Transpose");
    }

    [Fact]
    public void Small_pools_keep_their_indices()
    {
        var graph = ExplanationCompiler.Compile(Model([2, 2], [0, 0, 0, 0], 0, 16, 40), new() { ImageShape = [Channels, 40, 40] });
        Assert.Contains(ModelProto.Parser.ParseFrom(graph.Model.Span).Graph.Node, n => n.OpType == "ScatterElements");
    }

    // Whole weights keep everything before the pool exact, so that equal stays equal.
    private static OnnxModel Model(long[] kernel, long[] pads, int ceil, int channels, int size = Size)
    {
        var model = new ModelBuilder().Input("x", -1, Channels, size, size).Weight("one", [1], 1).Node("Add", "x one", "s");
        Conv(model, "s", "c", [channels, Channels, 3, 3], ("pads", (long[])[1, 1, 1, 1]));
        return Head(model, kernel, pads, ceil);
    }

    private static OnnxModel Head(ModelBuilder model, long[] kernel, long[] pads, int ceil)
    {
        model.Node("Relu", "c", "r").Node("MaxPool", "r", "p", ("kernel_shape", kernel), ("strides", (long[])[2, 2]), ("pads", pads), ("ceil_mode", ceil));
        Conv(model, "p", "d", [8, Channels, 3, 3]);
        return Explain.Read(model.Node("Tanh", "d", "t").Node("GlobalAveragePool", "t", "g").Node("Flatten", "g", "y").Output("y", -1, 8));
    }

    private static void Conv(ModelBuilder model, string from, string to, long[] shape, params (string, object)[] attributes)
    {
        var random = new Random(7);
        var scale = to == "c" ? 1 : 0.01f;
        model.Weight(to + "_w", shape, [.. Enumerable.Range(0, (int)Explain.Size(shape)).Select(_ => random.Next(-1, 2) * scale)])
            .Node("Conv", $"{from} {to}_w", to, attributes);
    }
}
