using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>Guided Backprop times the rectified Grad-CAM, enlarged to the image's size.</summary>
/// <remarks>
/// Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391. Enlarged by nearest neighbour by default, as in Captum; the
/// paper uses <c>--upsampling bilinear</c>. Costs one forward and two reverse passes.
/// </remarks>
public sealed class GuidedGradCam() : OnePointMethod("guided-grad-cam", new(
    "Guided Backprop kept only where Grad-CAM sees evidence.",
    "Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391", "1 gradient and 1 more reverse pass",
    "none; fails the randomisation tests as Guided Backprop does", [new("layer", "last-conv"), new("upsampling", "nearest")],
    NeedsLayer: true, NeedsRelu: true))
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => LayerRound.At(AtImage(PointMap.GuidedGradCam), context.Request) with
    {
        Upsampling = context.Options.Upsampling == "bilinear" ? Upsampling.Bilinear : Upsampling.Nearest,
    };
}
