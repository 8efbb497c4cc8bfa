using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.BatchTiling;

/// <summary>Images laid side by side against images one after another.</summary>
public class SideBySideTests
{
    private const int Channels = 256;

    [Theory]
    [InlineData(7, 7)]
    [InlineData(6, 8)]
    [InlineData(8, 5)]
    [InlineData(3, 1)]
    public void Gradient_is_the_same(int height, int width)
    {
        var nodes = SameGradient.Check(Model(height, width), new() { ImageShape = [Channels, height, width], MicroBatch = 3 });
        Assert.Equal(2, nodes.Count(n => n.OpType == "Pad"));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 9)]
    public void Single_images_and_wide_ones_are_left_alone(int batch, int width) => Assert.DoesNotContain(
        SameGradient.Check(Model(7, width), new() { ImageShape = [Channels, 7, width], MicroBatch = batch }), n => n.OpType == "Pad");

    [Fact]
    public void No_image_sees_its_neighbours()
    {
        var graph = ExplanationCompiler.Compile(Model(7, 7), new() { ImageShape = [Channels, 7, 7], MicroBatch = 3 });
        using var session = new OrtModel(graph.Model);
        Assert.Equal(Middle(1), Middle(2));

        double[] Middle(int others)
        {
            var size = Channels * 49;
            double[] images = [.. Values(others), .. Values(0), .. Values(others + 10)];
            var seed = new double[3 * graph.OutputShape[0]];
            seed[graph.OutputShape[0] + 1] = 1;
            var result = session.Run(("point", images), ("output_gradient", seed), ("weight", [0, 1, 0]));
            return [.. result["partial"], result["score"][1]];

            double[] Values(int seedOf) => Draw.Any.Values(size, new Random(seedOf));
        }
    }

    private static OnnxModel Model(int height, int width)
    {
        var weights = Draw.Any.Values(Channels * Channels * 9, new Random(4));
        return Explain.Read(new ModelBuilder().Input("x", -1, Channels, height, width)
            .Weight("w", [Channels, Channels, 3, 3], [.. weights.Select(w => (float)w / 30)])
            .Weight("b", [Channels], [.. weights[..Channels].Select(w => (float)w)])
            .Node("Conv", "x w b", "c", ("pads", (long[])[1, 1, 1, 1])).Node("Tanh", "c", "t")
            .Node("GlobalAveragePool", "t", "g").Node("Flatten", "g", "y").Output("y", -1, Channels));
    }
}
