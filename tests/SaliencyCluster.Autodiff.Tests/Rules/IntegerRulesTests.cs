using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Rules;

/// <summary>Products of integers have the gradient of the products of real numbers that they stand for.</summary>
public class IntegerRulesTests
{
    private static readonly byte[] Kernel = [1, 250, 3, 4, 251, 6, 7, 248, 9, 10, 245, 12, 13, 14, 240, 16, 17, 18]; // int8 [2,1,3,3]: negative ones among them
    private static readonly double[] Seed = [.. Enumerable.Range(0, 32).Select(i => 1 + (i % 5) - (0.5 * (i % 3)))];
    private static readonly double[] Image = [.. Enumerable.Range(0, 16).Select(i => Math.Sin(i))];

    [Theory]
    [InlineData(0, 1, 1, false)]
    [InlineData(3, 1, 1, false)]  // a zero point of the weights
    [InlineData(0, 2, 0, false)]  // strides, no padding
    [InlineData(0, 1, 1, true)]   // a QuantizeLinear of a fixed scale before it
    public void A_convolution_of_integers_has_the_gradient_of_the_real_one(int zero, int stride, int pad, bool isStatic)
    {
        var (strides, pads) = (new long[] { stride, stride }, new long[] { pad, pad, pad, pad });
        var side = ((4 + (2 * pad) - 3) / stride) + 1;
        var integers = new ModelBuilder(13).Input("x", 1, 1, 4, 4).Weight("ws", [], 0.05f);
        Bytes(integers, "w", 3, [2, 1, 3, 3], Kernel);
        Bytes(integers, "wz", 3, [], [(byte)zero]);
        Quantized(integers, isStatic);
        integers.Node("ConvInteger", "q w xz wz", "i", ("strides", strides), ("pads", pads)).Node("Cast", "i", "f", ("to", 1))
            .Node("Mul", "xs ws", "s").Node("Mul", "f s", "y").Output("y", 1, 2, side, side);
        var reals = new ModelBuilder(13).Input("x", 1, 1, 4, 4).Weight("w", [2, 1, 3, 3], [.. Kernel.Select(k => ((sbyte)k - zero) * 0.05f)])
            .Node("Conv", "x w", "y", ("strides", strides), ("pads", pads)).Output("y", 1, 2, side, side);
        Same(integers, reals, [1, 4, 4], 2 * side * side);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a zero point for each column
    public void A_product_of_integers_has_the_gradient_of_the_real_one(bool perColumn)
    {
        byte[] zeros = perColumn ? [1, 2] : [3];
        var integers = new ModelBuilder(13).Input("x", 1, 4, 4).Weight("ws", [], 0.05f).Longs("shape", 1, 2, 8);
        Bytes(integers, "w", 3, [8, 2], Kernel[..16]);
        Bytes(integers, "wz", 3, perColumn ? [2] : [], zeros);
        Quantized(integers, isStatic: false);
        integers.Node("Reshape", "q shape", "r").Node("MatMulInteger", "r w xz wz", "i").Node("Cast", "i", "f", ("to", 1))
            .Node("Mul", "xs ws", "s").Node("Mul", "f s", "y").Output("y", 1, 2, 2);
        var reals = new ModelBuilder(13).Input("x", 1, 4, 4).Longs("shape", 1, 2, 8)
            .Weight("w", [8, 2], [.. Kernel[..16].Select((k, i) => ((sbyte)k - zeros[perColumn ? i % 2 : 0]) * 0.05f)])
            .Node("Reshape", "x shape", "r").Node("MatMul", "r w", "y").Output("y", 1, 2, 2);
        Same(integers, reals, [4, 4], 4);
    }

    [Fact]
    public void Both_factors_of_a_product_may_depend_on_the_image()
    {
        var integers = new ModelBuilder(13).Input("x", 1, 4, 4);
        Quantized(integers, isStatic: false);
        integers.Node("Transpose", "q", "t", ("perm", new long[] { 0, 2, 1 })).Node("MatMulInteger", "q t xz xz", "i").Node("Cast", "i", "f", ("to", 1))
            .Node("Mul", "xs xs", "s").Node("Mul", "f s", "y").Output("y", 1, 4, 4);
        var reals = new ModelBuilder(13).Input("x", 1, 4, 4).Node("Transpose", "x", "t", ("perm", new long[] { 0, 2, 1 })).Node("MatMul", "x t", "y").Output("y", 1, 4, 4);
        Same(integers, reals, [4, 4], 16, 0.02); // the factors themselves are rounded
    }

    [Theory]
    [InlineData("QLinearConv")]
    [InlineData("QLinearMatMul")]
    public void Products_with_scales_inside_stop_where_their_result_is_cut_off(string op)
    {
        var builder = new ModelBuilder(13).Input("x", 1, 1, 4, 4).Weight("xs", [], 0.01f).Weight("ws", [], 0.05f).Weight("ys", [], 0.01f);
        foreach (var (name, zero) in (ReadOnlySpan<(string, byte)>)[("xz", 128), ("yz", 0)]) Bytes(builder, name, 2, [], [zero]);
        Bytes(builder, "wz", 3, [], [0]);
        Bytes(builder, "w", 3, op == "QLinearConv" ? [1, 1, 1, 1] : [4, 4], op == "QLinearConv" ? [20] : [20, 0, 0, 0, 0, 20, 0, 0, 0, 0, 20, 0, 0, 0, 0, 20]);
        builder.Node("QuantizeLinear", "x xs xz", "q").Node(op, "q xs xz w ws wz ys yz", "i").Node("DequantizeLinear", "i ys yz", "y").Output("y", 1, 1, 4, 4);
        // y is x, from 0 up: the zero point of 0 is a folded Relu.
        var gradient = Gradient(builder, [1, 4, 4], 16);
        for (var i = 0; i < 16; i++) Assert.Equal(Image[i] > 0.005 ? Seed[i] : 0, gradient[i], 1e-5);
    }

    [Fact]
    public void Integers_that_no_quantiser_made_are_refused_with_the_reason()
    {
        var builder = new ModelBuilder(13).Input("x", 1, 4, 4).Weight("xs", [4], 0.1f, 0.2f, 0.1f, 0.2f);
        Bytes(builder, "xz", 2, [4], [0, 0, 0, 0]);
        Bytes(builder, "w", 3, [4, 2], Kernel[..8]);
        builder.Node("QuantizeLinear", "x xs xz", "q", ("axis", 2)).Node("MatMulInteger", "q w", "i").Node("Cast", "i", "y", ("to", 1)).Output("y", 1, 4, 2);
        Assert.Contains("not made by a quantiser with one scale", ModelSummary.Of(Explain.Read(builder)).MissingRules.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_convolution_may_be_one_of_integers()
    {
        var builder = new ModelBuilder(13).Input("x", 1, 1, 4, 4).Weight("ws", [], 0.05f);
        Bytes(builder, "w", 3, [2, 1, 3, 3], Kernel);
        Quantized(builder, isStatic: false);
        builder.Node("ConvInteger", "q w xz", "i").Node("Cast", "i", "f", ("to", 1)).Node("Mul", "xs ws", "s").Node("Mul", "f s", "c").Node("Relu", "c", "r")
            .Node("GlobalAveragePool", "r", "y").Output("y", 1, 2, 1, 1);
        Assert.Equal("r", ModelSummary.Of(Explain.Read(builder)).LastConvolution);
    }

    private static void Quantized(ModelBuilder builder, bool isStatic)
    {
        if (!isStatic)
        {
            builder.Node("DynamicQuantizeLinear", "x", "q xs xz");
            return;
        }
        builder.Weight("xs", [], 0.01f);
        Bytes(builder, "xz", 2, [], [128]);
        builder.Node("QuantizeLinear", "x xs xz", "q");
    }

    private static void Bytes(ModelBuilder builder, string name, int type, long[] shape, byte[] data)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape);
        builder.Graph.Initializer.Add(tensor);
    }

    private static void Same(ModelBuilder integers, ModelBuilder reals, long[] shape, int outputs, double tolerance = 1e-5)
    {
        var (given, expected) = (Gradient(integers, shape, outputs), Gradient(reals, shape, outputs));
        var scale = expected.Max(Math.Abs);
        Assert.True(scale > 0);
        for (var i = 0; i < given.Length; i++) Assert.Equal(expected[i], given[i], tolerance * scale);
    }

    private static double[] Gradient(ModelBuilder builder, long[] shape, int outputs)
    {
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = shape });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        return session.Run(("point", Image), ("seed", Seed[..outputs]), ("weight", [1]))["partial"];
    }
}
