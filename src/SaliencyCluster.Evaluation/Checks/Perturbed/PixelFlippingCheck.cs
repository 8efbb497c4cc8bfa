using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>Pixel flipping: how far the logit falls on average as the strongest pixels turn black.</summary>
/// <remarks>
/// Bach et al., 2015, https://doi.org/10.1371/journal.pone.0130140; the area over the curve is Samek et al.'s, 2017,
/// https://arxiv.org/abs/1509.06321. Costs <see cref="Steps"/> + 1 forward passes per image and method.
/// </remarks>
public sealed record PixelFlippingCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "pixel-flipping";

    /// <summary>Gets the number of steps.</summary>
    /// <value>At least 1. The default is 28.</value>
    public int Steps { get; init; } = 28;

    /// <inheritdoc/>
    public IEnumerable<ForwardQuestion> ForwardQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        select new ForwardQuestion(
            new(plan.Model.Trained, new PixelWalk(Substrate.Black, Steps), method), method,
            (image, map, outputs) => Measure(method, image, map, outputs));

    private IEnumerable<Measurement> Measure(MethodUnderTest method, EvaluatedImage image, OriginalMap map, IReadOnlyList<float[]> outputs)
    {
        var index = PixelWalks.ClassOf(map, outputs);
        double[] logits = [.. outputs.Select(o => (double)o[index])];
        yield return new(Name, method.Name, "area-over-curve", "", 0, "", 0, image.Index, CurveArea.OverScores(logits));
        foreach (var m in PixelWalks.Curve(Name, method.Name, "logit", "black", image.Index, logits)) yield return m;
    }
}
