using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.References;

/// <summary>What each input value adds to the difference of scores between image and baseline, by rules that follow differences
/// backward.</summary>
/// <remarks>
/// Shrikumar et al., 2017, https://arxiv.org/abs/1704.02685, the rescale rule. Max pools pass the gradient on, as Captum's maps do.
/// Products of two activations get the mean of the gradients at image and baseline, which is exact; Captum takes the gradient there.
/// Operators without a rule pass the gradient on, and the result says which. Costs one gradient over two forward passes.
/// </remarks>
public sealed class DeepLift() : ReferenceMethod("deeplift", new(
    "What each input value adds to the difference of scores, by rules that follow differences instead of gradients.",
    "Shrikumar et al., 2017, https://arxiv.org/abs/1704.02685", "1 gradient and 1 more forward pass",
    "completeness, but for operators that curve without a rule, which a note names: the convergence delta says by how much",
    [new("baseline", "zeros"), new("seed", "0")]))
{
    /// <inheritdoc/>
    public override IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return MethodErrors.SeveralBaselines(Name, "compares with", request)
                with { Next = "Give one baseline, or use deepshap: it takes the mean over several." };
    }
}
