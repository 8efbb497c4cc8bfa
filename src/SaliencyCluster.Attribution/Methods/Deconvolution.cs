using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient where each Relu passes back what is positive, whatever it passed forwards.</summary>
/// <remarks>Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901. Costs one gradient.</remarks>
public sealed class Deconvolution() : OnePointMethod("deconvolution", new(
    "The network run backwards from the target, rectified at each Relu.",
    "Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901", "1 gradient", "none", [], NeedsRelu: true))
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(PointMap.Gradient) with { Rules = GradientRules.Deconvolution };
}
