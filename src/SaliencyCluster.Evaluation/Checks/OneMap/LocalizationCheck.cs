using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.OneMap;

/// <summary>How much of a map lies on the object, for one or more models of the same images.</summary>
/// <remarks>
/// Mass and rank accuracy: Arras et al., 2022, https://arxiv.org/abs/2003.07258; pointing game: Zhang et al., 2016,
/// https://arxiv.org/abs/1608.00507. The mass is that of magnitudes, whichever class they speak for; inside the box of a detection it is
/// the energy-based pointing game of Wang et al., 2020, https://arxiv.org/abs/1910.01279.
/// </remarks>
/// <param name="Others">Further models to compare with the plan's; each explains its own predicted class.</param>
public sealed record LocalizationCheck(IReadOnlyList<EvaluatedModel> Others) : ICheck
{
    /// <inheritdoc/>
    public string Name => "localization";

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan)
    {
        if (plan.Images.FirstOrDefault(i => i.Mask is null) is { } bare)
            throw Errors.Plan($"image '{bare.Name}' has no mask", "Give a mask for every image: `--masks FILE.npy` or `--boxes FILE`.");
        return
            from model in Others.Prepend(plan.Model)
            from method in plan.PlainMethods
            let key = new MapKey(model.Trained, method, model == plan.Model ? ClassRule.Original : ClassRule.Predicted)
            select new MapQuestion(key, answer => Measure(answer, method, model, plan), model == plan.Model
                ? null : new MontageSlot(Name, "", 0, model.Name));
    }

    private IEnumerable<Measurement> Measure(MapAnswer answer, MethodUnderTest method, EvaluatedModel model, EvaluationPlan plan)
    {
        var map = MapView.Magnitude(answer.Map);
        var mask = answer.Image.Mask!;
        Measurement Row(string measure, double value) => new(Name, method.Name, measure, model.Name, 0, "", 0, answer.Image.Index, value);
        var inside = LocalizationMetrics.MassAccuracy(map, mask);
        yield return Row("mass-accuracy", inside);
        yield return Row("background-share", 1 - inside);
        yield return Row("rank-accuracy", LocalizationMetrics.RankAccuracy(map, mask));
        yield return Row("pointing-game", LocalizationMetrics.PointingGame(map, mask));
        if (answer.Original.Explanation?.Detection is { Iou: { } shared } && model == plan.Model) yield return Row("detection-iou", shared);
    }
}
