using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>Infidelity: how badly a map predicts how far the logit falls when a square of the image vanishes.</summary>
/// <remarks>Yeh et al., 2019, https://arxiv.org/abs/1901.09392. Costs <see cref="Samples"/> + 1 forward passes per image.</remarks>
public sealed record InfidelityCheck : ICheck
{
    // Their maps are products with image minus baseline already, which the perturbation must then be divided by.
    private static readonly string[] Multiplied = ["gradient-times-input", "integrated-gradients", "expected-gradients", "idgi", "guided-integrated-gradients"];

    /// <inheritdoc/>
    public string Name => "infidelity";

    /// <summary>Gets the number of squares.</summary>
    /// <value>At least 1. The default is 50.</value>
    public int Samples { get; init; } = 50;

    /// <summary>Gets the side of the squares relative to the shorter side of the image.</summary>
    /// <value>Above 0, at most 1. The default is 0.25.</value>
    public double Side { get; init; } = 0.25;

    /// <summary>Says whether a method's map is a product with image minus baseline.</summary>
    public static bool IsMultiplied(MethodUnderTest method) => method.Request is { } request && Multiplied.Contains(request.Method);

    /// <inheritdoc/>
    public IEnumerable<ForwardQuestion> ForwardQuestions(EvaluationPlan plan) =>
        // The squares are the same for every method, so their effects are computed once.
        from squares in new[] { new RemovedSquares(Samples, Side, plan.Seeds[0]) }
        from method in plan.PlainMethods
        select new ForwardQuestion(
            new(plan.Model.Trained, squares, null), method, (image, map, outputs) => Measure(method, image, map, outputs, squares));

    private IEnumerable<Measurement> Measure(MethodUnderTest method, EvaluatedImage image, OriginalMap map, IReadOnlyList<float[]> outputs, RemovedSquares squares)
    {
        var index = PixelWalks.ClassOf(map, outputs);
        double[] falls = [.. outputs.Skip(1).Select(o => (double)outputs[0][index] - o[index])];
        double[] predicted = [.. squares.Squares(image.Pixels, image.Index).Select(taken => Infidelity.Predicted(map.Map, taken, IsMultiplied(method) ? image.Pixels : null))];
        yield return new(Name, method.Name, "infidelity", "", 0, "", 0, image.Index, Infidelity.Raw(predicted, falls));
        yield return new(Name, method.Name, "infidelity-scaled", "", 0, "", 0, image.Index, Infidelity.Scaled(predicted, falls));
    }
}
