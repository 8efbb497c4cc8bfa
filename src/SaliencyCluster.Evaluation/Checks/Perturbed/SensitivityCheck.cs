using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>Sensitivity-max: the largest relative change of a map under changes of the image that nobody would see.</summary>
/// <remarks>
/// Yeh et al., 2019, https://arxiv.org/abs/1901.09392; Captum's defaults, its radius of 0.02 taken relative to the image's range.
/// The class stays that of the untouched image. Costs <see cref="Samples"/> maps per image and method.
/// </remarks>
public sealed record SensitivityCheck : ICheck
{
    private const string Distance = "distance";

    /// <inheritdoc/>
    public string Name => "sensitivity";

    /// <summary>Gets the number of changed images.</summary>
    /// <value>At least 1. The default is 10.</value>
    public int Samples { get; init; } = 10;

    /// <summary>Gets the largest change of any value, relative to max - min of the preprocessed image.</summary>
    /// <value>Above 0. The default is 0.02.</value>
    public double Radius { get; init; } = 0.02;

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        from sample in Enumerable.Range(0, Samples)
        let key = new MapKey(plan.Model.Trained, method, ClassRule.Original, new(sample, Radius, plan.Seeds[0]))
        select new MapQuestion(key, answer =>
            [new(Name, method.Name, Distance, "", 0, "", sample, answer.Image.Index, Sensitivity.Max(answer.Original.Map, [answer.Map]))]);

    /// <inheritdoc/>
    public IEnumerable<Measurement> Finish(IReadOnlyList<Measurement> measured) =>
        measured.GroupBy(m => (m.Method, m.Image))
            .Select(g => g.First() with { Measure = "sensitivity-max", Seed = 0, Value = g.Max(m => m.Value) });
}
