using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Rules;

public class QuantizationTests
{
    [Fact]
    public void Gradient_passes_a_quantize_dequantize_pair_as_if_nothing_was_rounded()
    {
        var builder = new ModelBuilder(13).Input("x", 1, 3).Weight("scale", [], 0.1f).Weight("w", [3], 2, 3, 4);
        builder.Graph.Initializer.Add(new TensorProto { Name = "zero", DataType = 3, RawData = Google.Protobuf.ByteString.CopyFrom(5) });
        builder.Node("QuantizeLinear", "x scale zero", "q").Node("DequantizeLinear", "q scale zero", "r")
            .Node("Mul", "r w", "y").Output("y", 1, 3);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [3] });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        Assert.Equal([2, 3, 4], session.Run(("point", [0.31, -0.42, 0.5]), ("output_gradient", [1, 1, 1]), ("weight", [1]))["partial"]);
    }

    /// <summary>The gradient of Clip at the same bounds: a quantiser that folded Relu or Clip into its range does what they did.</summary>
    [Theory]
    [InlineData(2, 0, new[] { 0.1f }, new[] { -0.5, -0.01, 0.0, 3, 25.5, 25.6, 40 }, new[] { 0.0, 0, 1, 1, 1, 0, 0 })]    // uint8, zero point 0: Relu
    [InlineData(2, 128, new[] { 0.1f }, new[] { -12.9, -12.8, 0, 12.7, 12.8, 1, 2 }, new[] { 0.0, 1, 1, 1, 0, 1, 1 })]
    [InlineData(3, -128, new[] { 0.1f }, new[] { -0.01, 0.0, 3, 25.4, 25.6, 1, 2 }, new[] { 0.0, 1, 1, 1, 0, 1, 1 })]     // int8, zero point -128: Relu
    [InlineData(3, 0, new[] { 0.1f }, new[] { -12.9, -12.7, 0, 12.6, 12.8, 1, 2 }, new[] { 0.0, 1, 1, 1, 0, 1, 1 })]
    [InlineData(2, 0, new[] { 0.1f, 0.2f, 0.1f, 0.2f, 0.1f, 0.2f, 0.1f }, new[] { 30.0, 30, -1, -1, 25, 51.5, 26 }, new[] { 0.0, 1, 0, 0, 1, 0, 0 })]
    public void Outside_the_quantised_range_the_gradient_is_zero(int type, int zero, float[] scale, double[] x, double[] gradient)
    {
        var perAxis = scale.Length > 1;
        var builder = new ModelBuilder(13).Input("x", 1, 7).Weight("scale", perAxis ? [scale.Length] : [], scale);
        var zeros = new SaliencyCluster.Onnx.Schema.TensorProto { Name = "zero", DataType = type, RawData = Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Repeat(unchecked((byte)zero), scale.Length)]) };
        if (perAxis) zeros.Dims.Add(scale.Length);
        builder.Graph.Initializer.Add(zeros);
        builder.Node("QuantizeLinear", "x scale zero", "q", ("axis", 1))
            .Node("DequantizeLinear", "q scale zero", "y", ("axis", 1)).Output("y", 1, 7);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [7] });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        Assert.Equal(gradient, session.Run(("point", x), ("output_gradient", [1, 1, 1, 1, 1, 1, 1]), ("weight", [1]))["partial"]);
    }

    /// <summary>Since opset 21 an attribute may say the type instead of a zero point: int8 from -128 to 127.</summary>
    [Fact]
    public void The_type_may_be_an_attribute()
    {
        var builder = new ModelBuilder(21).Input("x", 1, 4).Weight("scale", [], 0.1f)
            .Node("QuantizeLinear", "x scale", "q", ("output_dtype", 3), ("saturate", 1)).Node("DequantizeLinear", "q scale", "y").Output("y", 1, 4);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [4] });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        Assert.Equal([0, 1, 1, 0], session.Run(("point", [-12.9, -12.8, 12.7, 12.8]), ("output_gradient", [1, 1, 1, 1]), ("weight", [1]))["partial"]);
    }

    [Fact]
    public void A_scale_for_each_block_is_refused()
    {
        var builder = new ModelBuilder(21).Input("x", 1, 4).Weight("scale", [1, 2], 0.1f, 0.2f)
            .Node("QuantizeLinear", "x scale", "q", ("block_size", 2)).Node("DequantizeLinear", "q scale", "y", ("block_size", 2)).Output("y", 1, 4);
        var refused = Assert.Throws<SaliencyCluster.Onnx.SaliencyException>(() => ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [4] }));
        Assert.Equal("SAL1110", refused.Code);
    }

    [Fact]
    public void Rounding_by_itself_is_a_known_zero_with_a_reason() =>
        Assert.Equal((VjpOutcome.Zero, "piecewise constant"), (VjpRuleTable.Default.Find("Round")!.Outcome, VjpRuleTable.Default.Find("Round")!.Reason));
}
