using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>Scores of tensors between image and output.</summary>
public class LikenessTests
{
    private static readonly float[] Weights = [0.5f, -1, 2, 1, 0.25f, -0.5f, 1.5f, 1, -1, 0.75f, 0.5f, 2];

    private static OnnxModel Model => Explain.Read(new ModelBuilder().Input("x", -1, 1, 2, 3).Weight("w", [2, 1, 2, 3], Weights)
        .Weight("v", [2, 3], 1, 2, 3, 4, 5, 6).Longs("row", -1, 2)
        .Node("Conv", "x w", "c", ("pads", new long[] { 0, 1, 0, 1 })).Node("Sigmoid", "c", "s").Node("GlobalAveragePool", "s", "p")
        .Node("Reshape", "p row", "r").Node("MatMul", "r v", "y").Output("y", -1, 3));

    private static ExplanationSpec Spec(ScoreKind score, PointMap map) => new()
    {
        ImageShape = [1, 2, 3], Output = "s", Score = score, Map = map,
    };

    [Theory]
    [InlineData(ScoreKind.Tensor)]
    [InlineData(ScoreKind.Likeness)]
    public void The_gradient_is_that_of_central_differences(ScoreKind score)
    {
        double[] point = [0.3, -0.2, 0.9, 0.1, 0.5, -0.7], image = [-0.4, 0.2, 0.6, 0.8, -0.1, 0.3];
        double[] weights = [1, 0, 1, 1, 1, 0];
        var given = Run(point, PointMap.Gradient)["partial"];
        for (var i = 0; i < point.Length; i++)
        {
            var (up, down) = (point.ToArray(), point.ToArray());
            up[i] += 1e-2;
            down[i] -= 1e-2;
            Assert.Equal((Run(up, PointMap.None)["score"][0] - Run(down, PointMap.None)["score"][0]) / 2e-2, given[i], 1e-3);
        }
        var here = Run(point, PointMap.None);
        var there = Run(image, PointMap.None);
        double Sum(Func<int, double> of) => Enumerable.Range(0, 6).Sum(i => weights[i] * of(i));
        Assert.Equal(score == ScoreKind.Tensor ? Sum(i => here["output"][i])
            : -Sum(i => Math.Pow(here["output"][i] - there["output"][i], 2)) / Sum(i => Math.Pow(there["output"][i], 2)),
                here["score"][0], 1e-5);
        if (score == ScoreKind.Likeness) Assert.Equal(0, there["score"][0], 1e-9);

        IReadOnlyDictionary<string, double[]> Run(double[] at, PointMap map)
        {
            using var session = new OrtModel(ExplanationCompiler.Compile(Model, Spec(score, map)).Model);
            List<(string, double[])> inputs = [("point", at), ("output_gradient", weights)];
            if (score == ScoreKind.Likeness) inputs.Add(("multiplier", image));
            if (map != PointMap.None) inputs.Add(("weight", [1]));
            return session.Run([.. inputs]);
        }
    }

    [Fact]
    public void The_logarithm_of_a_probability_is_that_of_the_softmax()
    {
        double[] point = [0.3, -0.2, 0.9, 0.1, 0.5, -0.7], weights = [0, 1, 0];
        var logits = Run(point, ScoreKind.Output, PointMap.None)["output"];
        var expected = logits[1] - Math.Log(logits.Sum(Math.Exp));
        Assert.Equal(expected, Run(point, ScoreKind.LogProbability, PointMap.None)["score"][0], 1e-5);
        var given = Run(point, ScoreKind.LogProbability, PointMap.Gradient)["partial"];
        for (var i = 0; i < point.Length; i++)
        {
            var (up, down) = (point.ToArray(), point.ToArray());
            up[i] += 1e-2;
            down[i] -= 1e-2;
            Assert.Equal((Score(up) - Score(down)) / 2e-2, given[i], 1e-3);
        }

        double Score(double[] at) => Run(at, ScoreKind.LogProbability, PointMap.None)["score"][0];

        Dictionary<string, double[]> Run(double[] at, ScoreKind score, PointMap map)
        {
            using var session = new OrtModel(ExplanationCompiler.Compile(Model, Spec(score, map) with { Output = null }).Model);
            List<(string, double[])> inputs = [("point", at), ("output_gradient", weights)];
            if (map != PointMap.None) inputs.Add(("weight", [1]));
            return session.Run([.. inputs]);
        }
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_refused()
    {
        var error = Assert.Throws<SaliencyException>(() => ExplanationCompiler.Compile(Model, Spec(ScoreKind.Tensor,
            PointMap.Gradient) with { Output = "t" }));
        Assert.Equal("SAL1103", error.Code);
    }
}
