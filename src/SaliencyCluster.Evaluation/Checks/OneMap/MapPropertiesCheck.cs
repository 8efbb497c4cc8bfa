using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Complexity;
using SaliencyCluster.Evaluation.Metrics.Similarity;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.OneMap;

/// <summary>What a trained model's map alone says: how sparse and complicated it is, whether it adds up, how much it looks like edges.</summary>
public sealed record MapPropertiesCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "map";

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        select new MapQuestion(new MapKey(plan.Model.Trained, method), answer => Measure(answer, method));

    private IEnumerable<Measurement> Measure(MapAnswer answer, MethodUnderTest method)
    {
        Measurement Row(string measure, double value) => new(Name, method.Name, measure, "", 0, "", 0, answer.Image.Index, value);
        var magnitude = MapView.Magnitude(answer.Map);
        yield return Row("sparseness", Sparseness.Gini(magnitude.Values));
        yield return Row("entropy", MapFeatures.Of(answer.Map).Entropy);
        yield return Row("edge-spearman", Correlation.Spearman(magnitude.Values, SobelEdges.OfImage(answer.Image.Pixels).Values));
        if (answer.Original.Explanation is { ConvergenceDelta: { } delta, BaselineScore: { } baseline } e)
            yield return Row("completeness-gap", e.Score == baseline ? double.NaN : Math.Abs(delta) / Math.Abs(e.Score - baseline));
    }
}
