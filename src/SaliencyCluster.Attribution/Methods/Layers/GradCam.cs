using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's channels, weighed by the spatial mean of their gradients and added up.</summary>
/// <remarks>Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391. Signed by default, as in Captum; the paper rectifies. Costs one gradient.</remarks>
public sealed class GradCam() : LayerMapMethod(
    "grad-cam", PointMap.GradCam, "false", "Where on a layer's grid the channels lie that raise the score.",
    "Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391", "the class activation map, for networks that end in global average pooling");
