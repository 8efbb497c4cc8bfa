using System.Globalization;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>
/// ROAD: how often the model still sees the class after the strongest (or the weakest) pixels were removed and filled in from
/// their neighbours, so that the shape of the hole tells little.
/// </summary>
/// <remarks>Rong et al., 2022, https://arxiv.org/abs/2202.00449. Costs two forward passes per share, image and method.</remarks>
public sealed record RoadCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "road";

    /// <summary>Gets the shares of pixels that are removed.</summary>
    /// <value>Each above 0 and below 1. The default is 0.1 to 0.9 by 0.1, as in the paper.</value>
    public IReadOnlyList<double> Shares { get; init; } = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>Gets the standard deviation of the noise on filled pixels, in the units of the preprocessed input.</summary>
    /// <value>At least 0. The default is 0.01, the authors'.</value>
    public double Noise { get; init; } = 0.01;

    /// <inheritdoc/>
    public IEnumerable<ForwardQuestion> ForwardQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        from strongest in new[] { true, false }
        select new ForwardQuestion(
            new(plan.Model.Trained, new ImputedRemoval(Shares, strongest, Noise, plan.Seeds[0]), method), method,
            (image, map, outputs) => Measure(method, strongest, image, map, outputs));

    private IEnumerable<Measurement> Measure(MethodUnderTest method, bool strongest, EvaluatedImage image, OriginalMap map, IReadOnlyList<float[]> outputs)
    {
        var walk = strongest ? "strongest first" : "weakest first";
        var index = PixelWalks.ClassOf(map, outputs);
        double[] right = [.. outputs.Select(o => Array.IndexOf(o, o.Max()) == index ? 1.0 : 0)];
        yield return new(Name, method.Name, strongest
            ? "accuracy-strongest-removed" : "accuracy-weakest-removed", "", 0, "", 0, image.Index, right[1..].Average());
        foreach (var (step, share) in Shares.Prepend(0).Index())
            yield return new(Name, method.Name, "accuracy", walk, step, share.ToString(CultureInfo.InvariantCulture), 0, image.Index, right[step]);
    }
}
