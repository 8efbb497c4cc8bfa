using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Attention;

/// <summary>How much the score that the network's end gives to each block's mean token would rise with attention to a place.</summary>
/// <remarks>
/// Bousselham et al., 2025, https://arxiv.org/abs/2404.03214: rectified gradients at the attention of all layers, averaged over layers,
/// heads and queries; as the authors' code asks the mean of a block's tokens. Not scaled to 0 to 1, which pictures are anyway. Costs a
/// forward pass, and for each layer a reverse pass through its block and the network's end.
/// </remarks>
public sealed class LeGrad() : AttentionMethod("legrad", PointMap.LeGrad, new(
    "Where more attention would raise the score, layer by layer.",
    "Bousselham et al., 2025, https://arxiv.org/abs/2404.03214", "1 gradient, and 1 of the network's end per layer",
    "never negative, so nothing is evidence against the class", [], Signed: false, HasOffset: true,
    NeedsAttention: true, NeedsBlocks: true));
