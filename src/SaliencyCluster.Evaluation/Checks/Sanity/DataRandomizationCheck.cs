using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Sanity;

/// <summary>Data randomisation: how alike the maps of a model are to those of one that was trained on shuffled labels.</summary>
/// <remarks>Adebayo et al., 2018, https://arxiv.org/abs/1810.03292. Costs one map per image and method.</remarks>
/// <param name="ShuffledLabels">A model of the same architecture, trained on shuffled labels.</param>
public sealed record DataRandomizationCheck(EvaluatedModel ShuffledLabels) : ICheck
{
    /// <inheritdoc/>
    public string Name => "data-randomization";

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan) =>
        from method in plan.PlainMethods
        let key = new MapKey(ShuffledLabels.Trained, method)
        select new MapQuestion(
            key, answer => Similarities.Of(answer, Name, key, ShuffledLabels.Name, 0, "shuffled labels", seed: 0),
            new MontageSlot(Name, ShuffledLabels.Name, 0, "shuffled labels"));
}
