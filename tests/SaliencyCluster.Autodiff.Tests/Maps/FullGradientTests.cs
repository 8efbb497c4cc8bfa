using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>Image and biases add up to the score (Srinivas and Fleuret, 2019, proposition 3).</summary>
public class FullGradientTests
{
    [Theory]
    [InlineData("tests/cams/norms.onnx", 12, 16, 3)]
    [InlineData("tests/zoo/models/resnet18.onnx", 0, 0, 0)]
    [InlineData("tests/zoo/models/resnet18-unfolded.onnx", 0, 0, 0)]
    [InlineData("tests/zoo/models/vgg11_bn.onnx", 0, 0, 0)]
    [InlineData("samples/models/bears-clean.onnx", 0, 0, 0)]
    public void Terms_add_up_to_the_score(string file, int height, int width, int channels)
    {
        var model = ModelReader.ReadFile(Path.Combine(Repo.Root, file));
        var summary = ModelSummary.Of(model);
        long[] image = height > 0 ? [1, channels, height, width] : [1, .. summary.ImageShape];
        var source = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = image });
        var graph = new GraphBuilder();
        graph.Reserve("sum", "score");
        var point = graph.Input("point", new(ElementType.Float, image));
        var forward = ForwardImporter.Import(source, graph, point, ElementType.Float, ImageLayout.ChannelsFirst);
        var output = forward.Values[summary.Logits ?? summary.Output];
        var seed = graph.Input("output_gradient", output.Type);
        var terms = FullGradient.Terms(new(forward, new() { ImageShape = image[1..] }, output, seed, null));
        Assert.InRange(terms.Count, 4, 1000);
        var sum = terms.Select(t => graph.Sum(t.Value, Shapes.Range(0, t.Value.Rank), keep: false)).Aggregate((a, b) => a + b);
        var score = graph.Sum(output * seed, Shapes.Range(0, output.Rank), keep: false);
        var (proto, _) = GraphWriter.Write(graph, [("sum", sum), ("score", score)]);
        using var session = new OrtModel(Google.Protobuf.MessageExtensions.ToByteArray(proto));
        var random = new Random(5);
        var target = new double[output.Type.Count];
        target[1] = 1;
        var found = session.Run(
            ("point", [.. Enumerable.Range(0, (int)point.Type.Count).Select(_ => random.NextDouble() - 0.3)]), ("output_gradient", target));
        Assert.NotEqual(0, found["score"][0], 1e-3);
        Assert.Equal(found["score"][0], found["sum"][0], 1e-4 * Math.Max(1, Math.Abs(found["score"][0])));
    }
}
