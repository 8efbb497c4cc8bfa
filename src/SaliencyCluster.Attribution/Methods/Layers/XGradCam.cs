using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>Grad-CAM whose channel weights are means of the gradient weighed by the activation.</summary>
/// <remarks>Fu et al., 2020, https://arxiv.org/abs/2008.02312. Costs one gradient.</remarks>
public sealed class XGradCam() : LayerMapMethod(
    "xgrad-cam", PointMap.XGradCam, "false", "Grad-CAM with weights from where a channel is active.",
    "Fu et al., 2020, https://arxiv.org/abs/2008.02312", "adds up to the layer's gradient times activation");
