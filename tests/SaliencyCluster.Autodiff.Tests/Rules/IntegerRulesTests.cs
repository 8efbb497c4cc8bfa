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
        integers.Node("Transpose", "q", "t", ("perm", new long[] { 0, 2, 1 })).Node("MatMulInteger", "q t xz xz", "i")
            .Node("Cast", "i", "f", ("to", 1))
            .Node("Mul", "xs xs", "s").Node("Mul", "f s", "y").Output("y", 1, 4, 4);
        var reals = new ModelBuilder(13).Input("x", 1, 4, 4).Node("Transpose", "x", "t", ("perm", new long[] { 0, 2, 1 }))
            .Node("MatMul", "x t", "y").Output("y", 1, 4, 4);
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
        Bytes(builder, "w", 3, op == "QLinearConv"
            ? [1, 1, 1, 1] : [4, 4], op == "QLinearConv" ? [20] : [20, 0, 0, 0, 0, 20, 0, 0, 0, 0, 20, 0, 0, 0, 0, 20]);
        builder.Node("QuantizeLinear", "x xs xz", "q").Node(op, "q xs xz w ws wz ys yz", "i")
            .Node("DequantizeLinear", "i ys yz", "y").Output("y", 1, 1, 4, 4);
        // y is x, from 0 up: the zero point of 0 is a folded Relu, and what is rounded to the bound stands on it.
        var gradient = Gradient(builder, [1, 4, 4], 16);
        for (var i = 0; i < 16; i++) Assert.Equal(Image[i] > -0.005 ? Seed[i] : 0, gradient[i], 1e-5);
    }

    // Operators of the quantiser's own format: inputs after the image's three, and the same on real numbers.
    [Theory]
    [InlineData("QLinearAdd", "q xs xz w ws wz ys yz", "Add", "x v", new long[] { 1, 2, 2, 4 })]
    [InlineData("QLinearMul", "q xs xz w ws wz ys yz", "Mul", "x v", new long[] { 1, 2, 2, 4 })]
    [InlineData("QLinearSigmoid", "q xs xz ys yz", "Sigmoid", "x", new long[] { 1, 2, 2, 4 })]
    [InlineData("QLinearLeakyRelu", "q xs xz ys yz", "LeakyRelu", "x", new long[] { 1, 2, 2, 4 })]
    [InlineData("QLinearSoftmax", "q xs xz ys yz", "Softmax", "x", new long[] { 1, 2, 2, 4 })]
    [InlineData("QLinearGlobalAveragePool", "q xs xz ys yz", "GlobalAveragePool", "x", new long[] { 1, 2, 1, 1 })]
    [InlineData("QLinearAveragePool", "q xs xz ys yz", "AveragePool", "x", new long[] { 1, 2, 1, 2 })]
    [InlineData("QLinearConcat", "ys yz q xs xz w ws wz", "Concat", "x v", new long[] { 1, 4, 2, 4 })]
    public void Operators_of_the_quantisers_format_have_the_gradient_of_the_real_ones(string op, string inputs, string real, string realInputs, long[] shape)
    {
        (string, object)[] attributes = op switch
        {
            "QLinearAveragePool" => [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })],
            "QLinearLeakyRelu" => [("alpha", 0.25f)],
            "QLinearConcat" => [("axis", 1)],
            "QLinearSoftmax" => [("axis", 3)],
            _ => [],
        };
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        var integers = Quantities(2).Input("x", 1, 2, 2, 4).Node("QuantizeLinear", "x xs xz", "q")
            .Node("com.microsoft:" + op, inputs, "i", op == "QLinearSoftmax" ? [.. attributes, ("opset", 13)] : attributes)
            .Node("DequantizeLinear", "i ys yz", "y").Output("y", shape);
        var reals = Quantities(2).Input("x", 1, 2, 2, 4).Weight("v", [1, 2, 2, 4], [.. Enumerable.Range(0, 16).Select(i => ((i % 7) - 3) * 0.1f)])
            .Node(real, realInputs, "y", attributes).Output("y", shape);
        Same(integers, reals, [2, 2, 4], count, 0.05);

        // The forward pass is the runtime's own, up to one step of the result.
        var (ours, own) = (Forward(integers, [2, 2, 4], count), new TestKit.Running.OrtModel(MessageExtensions.ToByteArray(integers.Proto), optimize: false));
        using (own)
        {
            var expected = own.Run(("x", Image))["y"];
            for (var i = 0; i < count; i++) Assert.Equal(expected[i], ours[i], 0.0151);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // scores stay real numbers
    public void A_quantised_layer_with_bias_has_the_gradient_of_the_real_one(bool isReal)
    {
        var integers = Quantities(2).Input("x", 1, 16);
        Bytes(integers, "m", 2, [3, 16], [.. Enumerable.Range(0, 48).Select(i => (byte)(100 + ((i * 7) % 50)))]);
        Bytes(integers, "b", 6, [3], [5, 0, 0, 0, 250, 255, 255, 255, 9, 0, 0, 0]);
        integers.Node("QuantizeLinear", "x xs xz", "q")
            .Node("com.microsoft:QGemm", isReal ? "q xs xz m ws wz b" : "q xs xz m ws wz b gs yz", isReal ? "y" : "i", ("transB", 1));
        if (!isReal) integers.Weight("gs", [], 0.2f).Node("DequantizeLinear", "i gs yz", "y");
        integers.Output("y", 1, 3);
        var reals = Quantities(2).Input("x", 1, 16).Weight("m", [3, 16], [.. Enumerable.Range(0, 48).Select(i => (((100 + ((i * 7) % 50)) - 128) * 0.1f))])
            .Node("Gemm", "x m", "y", ("transB", 1)).Output("y", 1, 3);
        Same(integers, reals, [16], 3);
    }

    // Scales and zero points of image, weights and result; 16 weights.
    private static ModelBuilder Quantities(int type)
    {
        var builder = new ModelBuilder(13).Weight("xs", [], 0.01f).Weight("ws", [], 0.1f).Weight("ys", [], 0.015f);
        foreach (var name in (string[])["xz", "wz", "yz"]) Bytes(builder, name, type, [], [128]);
        Bytes(builder, "w", type, [1, 2, 2, 4], [.. Enumerable.Range(0, 16).Select(i => (byte)(128 + (i % 7) - 3))]);
        builder.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        return builder;
    }

    private static double[] Forward(ModelBuilder builder, long[] shape, int outputs)
    {
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = shape, Map = PointMap.None, Probability = true });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        return session.Run(("point", Image), ("output_gradient", new double[outputs]))["output"];
    }

    [Fact]
    public void Integers_that_no_quantiser_made_are_refused_with_the_reason()
    {
        var builder = new ModelBuilder(13).Input("x", 1, 4, 4).Weight("xs", [4], 0.1f, 0.2f, 0.1f, 0.2f);
        Bytes(builder, "xz", 2, [4], [0, 0, 0, 0]);
        Bytes(builder, "w", 3, [4, 2], Kernel[..8]);
        builder.Node("QuantizeLinear", "x xs xz", "q", ("axis", 2)).Node("MatMulInteger", "q w", "i")
            .Node("Cast", "i", "y", ("to", 1)).Output("y", 1, 4, 2);
        Assert.Contains("not made by a quantiser with one scale", ModelSummary.Of(Explain.Read(builder)).MissingRules.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_convolution_may_be_one_of_integers()
    {
        var builder = new ModelBuilder(13).Input("x", 1, 1, 4, 4).Weight("ws", [], 0.05f);
        Bytes(builder, "w", 3, [2, 1, 3, 3], Kernel);
        Quantized(builder, isStatic: false);
        builder.Node("ConvInteger", "q w xz", "i").Node("Cast", "i", "f", ("to", 1)).Node("Mul", "xs ws", "s").Node("Mul", "f s", "c")
            .Node("Relu", "c", "r")
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
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = shape, Probability = true });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        return session.Run(("point", Image), ("output_gradient", Seed[..outputs]), ("weight", [1]))["partial"];
    }
}
