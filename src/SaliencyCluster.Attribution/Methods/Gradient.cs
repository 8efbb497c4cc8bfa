using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient of the score with respect to the image, or to a layer where one is named, signed.</summary>
/// <remarks>Simonyan et al., 2013, https://arxiv.org/abs/1312.6034. Costs one gradient.</remarks>
public sealed class Gradient() : OnePointMethod("gradient", new(
    "How the score changes with each input value, to first order.",
    "Simonyan et al., 2013, https://arxiv.org/abs/1312.6034", "1 gradient", "sensitivity to first order",
    [new("layer")]))
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(PointMap.Gradient) with { Layer = context.Options.Layer };
}
