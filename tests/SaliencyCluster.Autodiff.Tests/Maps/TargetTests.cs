using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>What can be explained: elements, sums and weighted sums of an output of any rank, several of them in one run.</summary>
public class TargetTests
{
    private const int Targets = 4;

    [Fact]
    public void Several_classes_of_one_image_come_from_one_run()
    {
        var zoo = ZooModel.Load(ZooModel.Repository, "resnet18-unfolded");
        var model = ModelReader.ReadFile(zoo.OnnxFile);
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = zoo.Image, MicroBatch = Targets, Rows = Targets });
        var classes = graph.OutputShape[0];
        var (seed, weight) = (new double[Targets * classes], new double[Targets * Targets]);
        for (var t = 0; t < Targets; t++) (seed[(t * classes) + (2 * t)], weight[(t * Targets) + t]) = (1, 1);
        using var session = new OrtModel(graph.Model);
        var result = session.Run(
            ("point", [.. Enumerable.Repeat(zoo.Pixels(), Targets).SelectMany(p => p)]), ("output_gradient", seed), ("weight", weight));

        var size = (int)Explain.Size(zoo.Image);
        for (var t = 0; t < Targets; t++)
        {
            var alone = Explain.Map(model, new() { ImageShape = zoo.Image }, zoo.Pixels(), 2 * t);
            Assert.InRange(Numbers.RelativeError(result["partial"][(t * size)..((t + 1) * size)], alone), 0, 1e-5);
        }
    }

    [Fact]
    public void A_mask_of_a_segmentation_map_is_explained_as_the_sum_of_its_pixels()
    {
        var zoo = ZooModel.Load(ZooModel.Repository, "unet-bilinear");
        var graph = ExplanationCompiler.Compile(ModelReader.ReadFile(zoo.OnnxFile), new() { ImageShape = zoo.Image });
        long[] place = [.. graph.OutputShape];
        Assert.Equal(3, place.Length);

        // Class 1 in a disc.
        var mask = new double[Explain.Size(place)];
        for (var i = 0; i < place[1]; i++)
            for (var j = 0; j < place[2]; j++)
                if (((i - 7) * (i - 7)) + ((j - 8) * (j - 8)) < 20) mask[(((1 * place[1]) + i) * place[2]) + j] = 1;
        using var session = new OrtModel(graph.Model);
        double[] Run(double[] seed) => session.Run(("point", zoo.Pixels()), ("output_gradient", seed), ("weight", [1]))["partial"];

        var sum = new double[Explain.Size(zoo.Image)];
        foreach (var pixel in Enumerable.Range(0, mask.Length).Where(i => mask[i] > 0))
        {
            var one = new double[mask.Length];
            one[pixel] = 1;
            foreach (var (value, i) in Run(one).Select((v, i) => (v, i))) sum[i] += value;
        }
        Assert.InRange(Numbers.RelativeError(Run(mask), sum), 0, 1e-5);
    }

    [Theory]
    [InlineData(false, new[] { 3.0, 4.0 })]
    [InlineData(true, new[] { 0.0, 0.0 })]
    public void A_probability_has_the_gradient_of_the_softmax(bool probability, double[] logitGradient)
    {
        // Logits W x with W = [[1, 2], [3, 4], [5, 6]] at x = 0: all probabilities are 1/3, and so p1' = (w1 - mean w) / 3 = 0.
        var model = Explain.Read(new ModelBuilder().Input("x", -1, 2).Weight("w", [2, 3], 1, 3, 5, 2, 4, 6)
            .Node("MatMul", "x w", "logits").Node("Softmax", "logits", "y", ("axis", 1)).Output("y", -1, 3));
        Assert.Equal(logitGradient, Explain.Map(model, new() { ImageShape = [2], Probability = probability }, [0, 0], target: 1), (a, b) => Math.Abs(a - b) < 1e-6);
        if (probability)
            Assert.Equal([-2.0 / 3, -2.0 / 3], Explain.Map(model, new() { ImageShape = [2], Probability = true }, [0, 0], target: 0), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
