using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient where each Relu passes back only what is positive and what it passed forwards.</summary>
/// <remarks>
/// Springenberg et al., 2015, https://arxiv.org/abs/1412.6806. Every Relu node counts, functional ones too; Clip (ReLU6) and
/// other activations keep their gradient, as in Captum. Costs one gradient.
/// </remarks>
public sealed class GuidedBackprop() : OnePointMethod("guided-backprop", new(
    "What excites the target through positive contributions only; sharp, but hardly changes when the upper layers are randomised.",
    "Springenberg et al., 2015, https://arxiv.org/abs/1412.6806", "1 gradient",
    "none; fails the randomisation tests of Adebayo et al., 2018", [], NeedsRelu: true))
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(PointMap.Gradient) with { Rules = GradientRules.GuidedBackprop };
}
