using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Sanity;

/// <summary>Random logit: how alike the map of the predicted class is to the map of another class, drawn at random.</summary>
/// <remarks>Sixt et al., 2020, https://arxiv.org/abs/1912.09818. Costs one map per image and method.</remarks>
public sealed record RandomLogitCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "random-logit";

    /// <inheritdoc/>
    public IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan)
    {
        if (plan.Model.Summary.OutputShape is not [> 1])
            throw Errors.Plan("the random-logit check needs a model with one output per class", "Leave the check out for this model.");
        return
            from method in plan.PlainMethods
            let key = new MapKey(plan.Model.Trained, method, ClassRule.RandomOther)
            select new MapQuestion(
                key, answer => Similarities.Of(answer, Name, key, "", 0, "another class", seed: 0), new MontageSlot(Name, "", 0, "another class"));
    }
}
