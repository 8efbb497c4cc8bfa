using SaliencyCluster.Attribution.Methods.Layers;
using SaliencyCluster.Attribution.Methods.Occlusion;
using SaliencyCluster.Attribution.Methods.Smoothing;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Every method there is, by name.</summary>
public static class MethodCatalog
{
    /// <summary>Gets all methods in the order they are shown.</summary>
    public static IReadOnlyList<IAttributionMethod> All { get; } =
    [
        new Gradient(),
        new GradientTimesInput(),
        new IntegratedGradients(),
        SmoothMethods.SmoothGrad,
        SmoothMethods.SmoothGradSquared,
        SmoothMethods.VarGrad,
        new GuidedBackprop(),
        new Deconvolution(),
        new GradCam(),
        new GradCamPlusPlus(),
        new LayerCam(),
        new GuidedGradCam(),
        new OcclusionMethod(),
    ];

    /// <summary>Finds a method by name; null where there is none.</summary>
    public static IAttributionMethod? Find(string name) => All.FirstOrDefault(m => m.Name == name);
}
