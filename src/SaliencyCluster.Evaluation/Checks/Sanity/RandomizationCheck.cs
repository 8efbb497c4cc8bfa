using SaliencyCluster.Evaluation.Metrics.Complexity;
using SaliencyCluster.Evaluation.Metrics.Similarity;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Sanity;

/// <summary>Model-parameter randomisation: how alike the maps stay when the model forgets layer after layer.</summary>
/// <remarks>
/// Adebayo et al., 2018, https://arxiv.org/abs/1810.03292; from the input and with entropy: Hedstroem et al., 2024,
/// https://arxiv.org/abs/2405.02383. Costs one map per image, method, stage and seed; states that several orders share are computed once.
/// </remarks>
public sealed record RandomizationCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => Smoothed ? "smoothed-randomization" : "randomization";

    /// <summary>Gets the orders in which layers are randomised.</summary>
    /// <value>The default is all three.</value>
    public IReadOnlyList<LayerOrder> Orders { get; init; } = [LayerOrder.CascadingFromOutput, LayerOrder.CascadingFromInput, LayerOrder.Independent];

    /// <summary>Gets which class the randomised models are asked to explain; recorded in every result.</summary>
    /// <value>The default is the class of the trained model.</value>
    public ClassRule Class { get; init; } = ClassRule.Original;

    /// <summary>Gets what happens to batch normalisation's moving statistics.</summary>
    /// <value>The default is that they are kept, as in the paper.</value>
    public NormalizationStatistics Statistics { get; init; }

    /// <summary>Gets whether only the smoothed variants are tested (smooth MPRT), or only the others.</summary>
    public bool Smoothed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan) =>
        from order in Orders
        from stage in RandomizationStage.Of(plan.Model.Layers, order).Index()
        from seed in plan.Seeds.Index()
        from method in plan.Methods.Where(m => m.Smoothed == Smoothed || (m.Control is not null && !Smoothed))
        let spec = new RandomizationSpec(seed.Item, stage.Item.Layers, Statistics)
        let key = new MapKey(plan.Model.Randomized(spec), method, Class)
        let slot = seed.Index == 0 ? new MontageSlot(Name, ConditionOf(order), stage.Index, stage.Item.Label) : null
        select new MapQuestion(key, answer => Measure(answer, key, order, stage.Index, stage.Item.Label, seed.Index), slot);

    /// <summary>The name of an order in results.</summary>
    public static string ConditionOf(LayerOrder order) => order switch
    {
        LayerOrder.CascadingFromOutput => "cascading from output",
        LayerOrder.CascadingFromInput => "cascading from input",
        _ => "independent",
    };

    private IEnumerable<Measurement> Measure(MapAnswer answer, MapKey key, LayerOrder order, int stage, string label, int seed)
    {
        foreach (var m in Similarities.Of(answer, Name, key, ConditionOf(order), stage, label, seed)) yield return m;
        Measurement Further(string measure, double value) => new(Name, key.Method.Name, measure, ConditionOf(order), stage, label, seed, answer.Image.Index, value);
        yield return Further("same-class", answer.SameClass ? 1 : 0);
        yield return Further("entropy-rise", HistogramEntropy.RelativeRise(MapFeatures.Of(answer.Original.Map).Entropy, MapFeatures.Of(answer.Map).Entropy));
    }
}
