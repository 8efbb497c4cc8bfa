using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>Grad-CAM whose channel weights favour places with positive gradient, so that several objects of one class all show.</summary>
/// <remarks>Chattopadhyay et al., 2018, https://arxiv.org/abs/1710.11063, equation 19: powers of the gradient for the higher derivatives. Costs one gradient.</remarks>
public sealed class GradCamPlusPlus() : LayerMapMethod(
    "grad-cam-plus-plus", PointMap.GradCamPlusPlus, "true", "Grad-CAM for several objects of one class.",
    "Chattopadhyay et al., 2018, https://arxiv.org/abs/1710.11063", "none");
