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
        builder.Node("QuantizeLinear", "x scale zero", "q").Node("DequantizeLinear", "q scale zero", "r").Node("Mul", "r w", "y").Output("y", 1, 3);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [3] });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        Assert.Equal([2, 3, 4], session.Run(("point", [0.31, -0.42, 0.5]), ("seed", [1, 1, 1]), ("weight", [1]))["partial"]);
    }

    [Fact]
    public void Rounding_by_itself_is_a_known_zero_with_a_reason() =>
        Assert.Equal((VjpOutcome.Zero, "piecewise constant"), (VjpRuleTable.Default.Find("Round")!.Outcome, VjpRuleTable.Default.Find("Round")!.Reason));
}
