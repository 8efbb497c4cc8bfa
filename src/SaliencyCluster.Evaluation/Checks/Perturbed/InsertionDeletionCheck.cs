using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>Insertion and deletion games: how fast the class appears or vanishes as the strongest pixels come or go.</summary>
/// <remarks>
/// Petsiuk et al., 2018, https://arxiv.org/abs/1806.07421, with the authors' blur and zeros (in the units of the preprocessed
/// input). Costs two times <see cref="Steps"/> + 1 forward passes per image and method.
/// </remarks>
public sealed record InsertionDeletionCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "insertion-deletion";

    /// <summary>Gets the number of steps of each walk.</summary>
    /// <value>At least 1. The default is 28; the authors change one row of pixels at a time, 224 steps for 224x224.</value>
    public int Steps { get; init; } = 28;

    /// <inheritdoc/>
    public IEnumerable<ForwardQuestion> ForwardQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        from deletion in new[] { true, false }
        select new ForwardQuestion(
            new(plan.Model.Trained, deletion
                ? new PixelWalk(Substrate.Zeros, Steps) : new PixelWalk(Substrate.Blurred, Steps, Inserts: true), method), method,
            (image, map, outputs) => Measure(method, deletion, image, map, outputs));

    private IEnumerable<Measurement> Measure(MethodUnderTest method, bool deletion, EvaluatedImage image, OriginalMap map, IReadOnlyList<float[]> outputs)
    {
        var walk = deletion ? "deletion" : "insertion";
        var index = PixelWalks.ClassOf(map, deletion ? outputs : [outputs[^1]]);
        var probabilities = PixelWalks.Probabilities(outputs, index);
        yield return new(Name, method.Name, $"{walk}-auc", "", 0, "", 0, image.Index, CurveArea.UnderScores(probabilities));
        foreach (var m in PixelWalks.Curve(Name, method.Name, "probability", walk, image.Index, probabilities)) yield return m;
    }
}
