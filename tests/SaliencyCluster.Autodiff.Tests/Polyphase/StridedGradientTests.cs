using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Polyphase;

/// <summary>Gradients of convolutions of stride 2 in phases against ConvTranspose.</summary>
public class StridedGradientTests
{
    private const int Channels = 32;
    private const int Size = 56;

    private static readonly ExplanationSpec _spec = new() { ImageShape = [16, Size, Size], MicroBatch = 2 };

    [Theory]
    [InlineData("3x3", 3, 1, 1)]
    [InlineData("1x1, whose gradient is zero in three of four places", 1, 0, 1)]
    [InlineData("4x4", 4, 1, 1)]
    [InlineData("2x2, patches", 2, 0, 1)]
    [InlineData("3x3 of each channel by itself", 3, 1, Channels)]
    [InlineData("4x4 of each channel by itself", 4, 1, Channels)]
    public void Gradient_is_that_of_the_transposed_convolution(string name, int kernel, int pad, int group)
    {
        var model = Stem("Clip");
        Conv(model, "a", "c", [Channels, Channels / group, kernel, kernel], group, pad);
        var nodes = SameGradient.Check(Head(model), _spec);
        Assert.True(nodes.All(n => n.OpType != "ConvTranspose"), name);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Clip")]
    [InlineData("Sigmoid")]
    public void Whatever_comes_before_gets_the_same_gradient(string activation)
    {
        var model = Stem(activation);
        Conv(model, "a", "c", [Channels, Channels, 3, 3], 1, 1);
        SameGradient.Check(Head(model), _spec);
    }

    [Fact]
    public void Gradients_of_a_branch_and_its_shortcut_are_added_in_phases()
    {
        var model = Stem("Relu");
        Conv(model, "a", "b", [Channels, Channels, 3, 3], 1, 1);
        Conv(model, "a", "s", [Channels, Channels, 1, 1], 1, 0);
        Assert.DoesNotContain(SameGradient.Check(Head(model.Node("Add", "b s", "c")), _spec), n => n.OpType == "ConvTranspose");
    }

    [Fact]
    public void Large_kernels_and_odd_sizes_stay_transposed_convolutions()
    {
        var model = Stem("Relu");
        Conv(model, "a", "c", [Channels, Channels, 5, 5], 1, 2);
        Assert.Contains(SameGradient.Check(Head(model), _spec), n => n.OpType == "ConvTranspose");
        model = Stem("Relu", Size + 1);
        Conv(model, "a", "c", [Channels, Channels, 3, 3], 1, 1);
        Assert.Contains(SameGradient.Check(Head(model), _spec with { ImageShape = [16, Size + 1, Size + 1] }), n => n.OpType == "ConvTranspose");
    }

    [Theory]
    [InlineData("pads", new long[] { 1, 1, 1, 1 }, true)]
    [InlineData("pads", new long[] { 0, 0, 2, 2 }, true)]
    [InlineData("output_shape", new long[] { Size, Size }, false)] // which decides the padding itself
    [InlineData("auto_pad", null, false)]
    public void Transposed_convolutions_of_the_model_are_made_in_phases_too(string attribute, long[]? value, bool inPhases)
    {
        var model = Stem("Tanh", Size / 2);
        var weights = Draw.Any.Values(Channels * Channels * 9, new Random(2));
        (string, object)[] more = value is null ? [(attribute, "SAME_LOWER")]
            : attribute == "pads" ? [(attribute, value), ("output_padding", (long[])[1, 1])] : [(attribute, value)];
        model.Weight("u_w", [Channels, Channels, 3, 3], [.. weights.Select(w => (float)w / 8)])
            .Node("ConvTranspose", "a u_w", "c", [("strides", (long[])[2, 2]), .. more]);
        var nodes = SameGradient.Check(Head(model), _spec with { ImageShape = [16, Size / 2, Size / 2] });
        Assert.Equal(inPhases, nodes.All(n => n.OpType != "ConvTranspose"));
    }

    private static ModelBuilder Stem(string activation, int size = Size)
    {
        var model = new ModelBuilder().Input("x", -1, 16, size, size).Weight("low", [], 0).Weight("high", [], 1);
        Conv(model, "x", "w", [Channels, 16, 1, 1], 1, 0, stride: 1);
        return model.Node(activation, activation == "Clip" ? "w low high" : "w", "a");
    }

    private static OnnxModel Head(ModelBuilder model) => Explain.Read(
        model.Node("Tanh", "c", "t").Node("GlobalAveragePool", "t", "g").Node("Flatten", "g", "y").Output("y", -1, Channels));

    private static void Conv(ModelBuilder model, string from, string to, long[] shape, int group, int pad, int stride = 2)
    {
        var weights = Draw.Any.Values(Explain.Size(shape), new Random(to[0]));
        model.Weight(to + "_w", shape, [.. weights.Select(w => (float)w / 8)])
            .Node("Conv", $"{from} {to}_w", to, ("group", group), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]));
    }
}
