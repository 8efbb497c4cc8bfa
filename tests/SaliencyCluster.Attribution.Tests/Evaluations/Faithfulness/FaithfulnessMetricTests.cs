using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Faithfulness;

/// <summary>On a linear model everything is known: score = weights . image, the gradient is the weights.</summary>
public sealed class FaithfulnessMetricTests
{
    private static readonly Tensor Weights = Draw(3), Image = Draw(4);
    private static readonly Tensor Product = new(Image.Shape, [.. Image.Data.Zip(Weights.Data, (x, w) => x * w)]);

    [Fact]
    public void Area_under_scores_is_the_normalised_trapezoid_of_rise() =>
        Assert.Equal((0.5 + 0.25 + 0.75 + 0.5) / 3, CurveArea.UnderScores([1, 0.25, 0.75, 1]), 1e-12);

    [Fact]
    public void Area_over_scores_is_the_mean_fall_below_the_untouched_image() =>
        Assert.Equal((0 + 1 + 3) / 3.0, CurveArea.OverScores([5, 4, 2]), 1e-12);

    [Fact]
    public void The_gradient_of_a_linear_model_has_no_infidelity_and_a_scaled_one_only_raw_infidelity()
    {
        var (falls, gradient) = Falls(Weights, multiplied: false);
        double[] tripled = [.. gradient.Select(p => 3 * p)];
        Assert.Equal(0, Infidelity.Raw(gradient, falls), 1e-9);
        Assert.Equal(0, Infidelity.Scaled(gradient, falls), 1e-9);
        Assert.Equal(4 * falls.Average(f => f * f), Infidelity.Raw(tripled, falls), 1e-6);
        Assert.Equal(0, Infidelity.Scaled(tripled, falls), 1e-9);
    }

    [Fact]
    public void A_map_that_was_multiplied_by_the_input_predicts_as_well_as_the_gradient()
    {
        var (falls, predicted) = Falls(Product, multiplied: true);
        Assert.Equal(0, Infidelity.Raw(predicted, falls), 1e-6);
    }

    [Fact]
    public void A_random_map_tells_almost_nothing_and_an_empty_map_nothing()
    {
        var (falls, predicted) = Falls(Draw(9), multiplied: false);
        Assert.InRange(Infidelity.Scaled(predicted, falls), 0.8, 1);
        Assert.Equal(1, Infidelity.Scaled(new double[falls.Length], falls));
        Assert.Equal(double.NaN, Infidelity.Scaled([1, 2], [0, 0]));
    }

    [Fact]
    public void A_map_that_never_changes_is_not_sensitive_and_a_doubled_one_is_by_one()
    {
        Assert.Equal(0, Sensitivity.Max(Weights, [Weights, Weights]));
        Assert.Equal(1, Sensitivity.Max(Weights, [Weights, new(Weights.Shape, Array.ConvertAll(Weights.Data, v => 2 * v))]), 1e-6);
    }

    [Fact]
    public void Deleting_by_the_true_map_falls_faster_than_by_its_opposite()
    {
        Assert.True(DeletionArea(v => v) < DeletionArea(v => -v));

        double DeletionArea(Func<double, double> view)
        {
            var map = new Attribution.Planes.Plane(8, 8, [.. Product.Data.Select(v => view(v))]);
            var order = Attribution.Planes.PixelOrder.Descending(map);
            return CurveArea.UnderScores([.. PixelSteps.Walk(Image, Tensor.Zeros(1, 8, 8), order, 16).Select(Score)]);
        }
    }

    [Fact]
    public void Softmax_gives_probabilities_even_of_large_logits()
    {
        float[] logits = [1000, 999, -1000];
        Assert.Equal(1 / (1 + Math.Exp(-1)), Softmax.Of(logits, 0), 1e-12);
        Assert.Equal(1, Enumerable.Range(0, 3).Sum(i => Softmax.Of(logits, i)), 1e-12);
    }

    private static (double[] Falls, double[] Predicted) Falls(Tensor map, bool multiplied)
    {
        Tensor[] taken = [.. Enumerable.Range(0, 50).Select(i => SquareRemoval.Perturbation(Image, 3, new(7, EvaluationStream.Infidelity, 0, (uint)i)))];
        return (
            [.. taken.Select(t => Score(Image) - Score(new(Image.Shape, [.. Image.Data.Zip(t.Data, (x, d) => x - d)])))],
            [.. taken.Select(t => Infidelity.Predicted(map, t, multiplied ? Image : null))]);
    }

    private static double Score(Tensor image) => image.Data.Zip(Weights.Data, (x, w) => (double)x * w).Sum();

    private static Tensor Draw(ulong seed)
    {
        var random = new RandomStream(seed, EvaluationStream.RandomMap);
        return new([1, 8, 8], [.. Enumerable.Range(0, 64).Select(_ => (float)random.NextNormal())]);
    }
}
