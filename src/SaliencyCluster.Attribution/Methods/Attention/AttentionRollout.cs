using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Attention;

/// <summary>The product of all layers' attention, averaged over heads, with half of each layer's way going past it.</summary>
/// <remarks>
/// Abnar and Zuidema, 2020, https://arxiv.org/abs/2005.00928. The row of the tokens that the output reads: the class token's, or the mean
/// row where several are read. Costs one forward pass.
/// </remarks>
public sealed class AttentionRollout() : AttentionMethod("attention-rollout", PointMap.AttentionRollout, new(
    "Which places of the image attention carries into the tokens that the output reads, whatever the class.",
    "Abnar and Zuidema, 2020, https://arxiv.org/abs/2005.00928", "1 forward pass",
    "never negative; does not look at the class", [], Signed: false, NeedsGradient: false, HasOffset: true, NeedsAttention: true));
