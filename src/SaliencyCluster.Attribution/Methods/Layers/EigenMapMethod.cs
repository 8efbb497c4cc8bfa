using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>What a layer has most in common over its places: its first principal component, <c>[1,h,w]</c>.</summary>
public abstract class EigenMapMethod(string name, PointMap map, string summary, string paper, string cost, bool needsGradient)
    : LayerMapMethod(name, map, new(
        summary, paper, cost,
        "none; a component has no sign of its own: the largest magnitude is positive, and what lies below the mean is no evidence against the class",
        [new("layer", "last-conv"), new("relu", "false")], Signed: false, NeedsLayer: true, NeedsGradient: needsGradient, HasOffset: true))
{
    /// <inheritdoc/>
    public override bool IsOneSum(ExplanationRequest request) => false;

    /// <inheritdoc/>
    protected override Tensor MapOf(Tensor sum) => PrincipalComponent.Of(sum);
}

/// <summary>The first principal component of a layer's activation; it does not look at the class.</summary>
/// <remarks>Muhammad and Yeasin, 2020, https://arxiv.org/abs/2008.00299. Costs one forward pass.</remarks>
public sealed class EigenCam() : EigenMapMethod(
    "eigen-cam", PointMap.Activation, "What a layer shows most of, whatever the class.",
    "Muhammad and Yeasin, 2020, https://arxiv.org/abs/2008.00299", "1 forward pass", needsGradient: false);

/// <summary>The first principal component of a layer's activation times its gradient.</summary>
/// <remarks>As in pytorch-grad-cam, https://github.com/jacobgil/pytorch-grad-cam. Costs one gradient.</remarks>
public sealed class EigenGradCam() : EigenMapMethod(
    "eigen-grad-cam", PointMap.ActivationTimesGradient, "Eigen-CAM of what raises the score of the class.",
    "Gildenblat, https://github.com/jacobgil/pytorch-grad-cam", "1 gradient", needsGradient: true);
