namespace SaliencyCluster.Attribution.Methods.References;

/// <summary>DeepLIFT averaged over a set of baselines.</summary>
/// <remarks>
/// Lundberg and Lee, 2017, https://arxiv.org/abs/1705.07874: Shapley values in the limit of a large set, as far as the network's layers are
/// linear between the baselines. The standard error is that of the mean over baselines, taken as drawn from a larger set.
/// </remarks>
public sealed class DeepShap() : ReferenceMethod("deepshap", new(
    "DeepLIFT, averaged over a set of baselines.",
    "Lundberg and Lee, 2017, https://arxiv.org/abs/1705.07874", "1 gradient and 1 more forward pass per baseline",
    "completeness against the mean score of the baselines as for deeplift, with a standard error over the baselines",
    [new("baseline", "zeros,mean,ones"), new("seed", "0"), new("standard-error-map", "false")]));
