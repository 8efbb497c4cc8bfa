using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's channels, weighed place by place by their positive gradients; finer than Grad-CAM on early layers.</summary>
/// <remarks>Jiang et al., 2021, https://doi.org/10.1109/TIP.2021.3089943. Costs one gradient.</remarks>
public sealed class LayerCam() : LayerMapMethod(
    "layer-cam", PointMap.LayerCam, "true", "Grad-CAM with a weight of its own for every place, also for early layers.",
    "Jiang et al., 2021, https://doi.org/10.1109/TIP.2021.3089943", "none");
