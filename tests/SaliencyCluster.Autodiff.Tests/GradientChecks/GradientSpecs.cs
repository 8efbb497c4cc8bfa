namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Every situation that is checked, by family.</summary>
internal static class GradientSpecs
{
    public static readonly GradSpec[] All =
    [
        .. ArithmeticSpecs.All, .. ActivationSpecs.All, .. ConvolutionSpecs.All, .. PoolingSpecs.All, .. NormalizationSpecs.All,
        .. MatrixSpecs.All, .. ShapeSpecs.All, .. ReductionSpecs.All, .. IndexingSpecs.All,
        .. ResizeSpecs.All, .. EinsumSpecs.All, .. FusedSpecs.All, .. RecurrentSpecs.All, .. SamplingSpecs.All, .. AttentionSpecs.All,
    ];
}
