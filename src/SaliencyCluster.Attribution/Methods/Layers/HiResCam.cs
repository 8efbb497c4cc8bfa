using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's activation times its gradient, added up over channels: no place gets the weight of another.</summary>
/// <remarks>Draelos and Carin, 2020, https://arxiv.org/abs/2011.08891. Costs one gradient.</remarks>
public sealed class HiResCam() : LayerMapMethod(
    "hires-cam", PointMap.HiResCam, "false", "Grad-CAM without the mean over places: only where the layer itself raises the score.",
    "Draelos and Carin, 2020, https://arxiv.org/abs/2011.08891", "what the places add to the score, for networks that end in one linear layer");
