using SaliencyCluster.Autodiff.Tests.Goldens;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests;

public class CompilerTests
{
    private static readonly ExplanationSpec _spec = new() { ImageShape = [1, 28, 28], MicroBatch = 3, Map = PointMap.GuidedGradCam };

    [Fact]
    public void Equal_arguments_give_equal_bytes()
    {
        var model = ModelReader.ReadFile(Repo.Model("mnist-cnn"));
        Assert.True(ExplanationCompiler.Compile(model, _spec).Model.Span.SequenceEqual(
            ExplanationCompiler.Compile(ModelReader.ReadFile(Repo.Model("mnist-cnn")), _spec with { }).Model.Span));
    }

    [Fact]
    public void Every_node_is_of_the_standard_domain_at_one_opset()
    {
        var proto = ModelProto.Parser.ParseFrom(ExplanationCompiler.Compile(ModelReader.ReadFile(Repo.Model("mnist-cnn")), _spec).Model.Span);
        Assert.Equal(("", 18), (Assert.Single(proto.OpsetImport).Domain, (int)proto.OpsetImport[0].Version));
        Assert.All(proto.Graph.Node, n => Assert.Equal("", n.Domain));
    }

    [Theory]
    [InlineData(false, "logits", true)]
    [InlineData(true, "y", false)]
    public void A_final_softmax_is_left_out_unless_probabilities_are_asked_for(bool probability, string explained, bool skipped)
    {
        var graph = ExplanationCompiler.Compile(Softmax("Softmax"), new() { ImageShape = [3], Probability = probability });
        Assert.Equal((explained, skipped), (graph.OutputTensor, graph.SkippedSoftmax));
    }

    [Fact]
    public void A_final_log_softmax_stays() =>
        Assert.Equal(("y", false), (ExplanationCompiler.Compile(Softmax("LogSoftmax"), new() { ImageShape = [3] }).OutputTensor,
            ExplanationCompiler.Compile(Softmax("LogSoftmax"), new() { ImageShape = [3] }).SkippedSoftmax));

    [Fact]
    public void Multiply_adds_count_both_passes()
    {
        // Convolution 2*4 outputs of 9 products, its transpose 16 outputs of 2*9; Gemm 4*8 forward, 8*4 back; the sum 1*16.
        var graph = ExplanationCompiler.Compile(OneConvNet.Read(), new() { ImageShape = OneConvNet.Shape });
        Assert.Equal((8 * 9) + (16 * 18) + 32 + 32 + 16, graph.MultiplyAdds);
    }

    [Fact]
    public void Model_tensors_may_have_the_names_of_the_graphs_own_inputs_and_outputs()
    {
        var model = Explain.Read(new ModelBuilder().Input("weight", 1, 2).Weight("output_gradient", [2], 3, 4)
            .Node("Mul", "weight output_gradient", "partial").Node("Mul", "partial partial", "score").Output("score", 1, 2));
        Assert.Equal([2 * 5 * 9.0, 0], Explain.Map(model, new() { ImageShape = [2] }, [5, 6], target: 0));
    }

    private static OnnxModel Softmax(string op) => Explain.Read(new ModelBuilder().Input("x", -1, 3).Weight("w", [3], 1, 2, 3)
        .Node("Mul", "x w", "logits").Node(op, "logits", "y", ("axis", 1)).Output("y", -1, 3));
}
