using SaliencyCluster.Attribution.Methods.Attention;
using SaliencyCluster.Attribution.Methods.Controls;
using SaliencyCluster.Attribution.Methods.Layers;
using SaliencyCluster.Attribution.Methods.Occlusion;
using SaliencyCluster.Attribution.Methods.Paths;
using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Methods.References;
using SaliencyCluster.Attribution.Methods.Rise;
using SaliencyCluster.Attribution.Methods.Segments;
using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Methods.Visualizations;
using SaliencyCluster.Attribution.Methods.Xrai;

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
        new BlurIntegratedGradients(),
        new GuidedIntegratedGradients(),
        new ExpectedGradients(),
        new Idgi(),
        new DeepLift(),
        new DeepShap(),
        SmoothMethods.SmoothGrad,
        SmoothMethods.SmoothGradSquared,
        SmoothMethods.VarGrad,
        new GuidedBackprop(),
        new Deconvolution(),
        new GradCam(),
        new GradCamPlusPlus(),
        new LayerCam(),
        new HiResCam(),
        new XGradCam(),
        new EigenCam(),
        new EigenGradCam(),
        new ScoreCam(),
        new AblationCam(),
        new FinerCam(),
        new GuidedGradCam(),
        new FullGrad(),
        new AttentionRollout(),
        new GenericAttention(),
        new LeGrad(),
        new OcclusionMethod(),
        new RiseMethod(),
        new DetectorRise(),
        new FeatureAblation(),
        new ShapleyValues(),
        new KernelShap(),
        new Lime(),
        new SobolIndices(),
        new Hsic(),
        new XraiMethod(),
        new Sobel(),
        new Canny(),
        new RandomControl(),
    ];

    // They explain nothing: no list has them.
    private static IReadOnlyList<IAttributionMethod> Others { get; } = [.. VisualizationCatalog.All, new LayerActivation(),
        new ChannelAblation(), new Prediction()];

    /// <summary>Finds a method by name, those that draw images, look at layers and merely predict too; null where there is none.</summary>
    public static IAttributionMethod? Find(string name) => All.Concat(Others).FirstOrDefault(m => m.Name == name);
}
