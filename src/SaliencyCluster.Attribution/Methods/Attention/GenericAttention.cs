using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Attention;

/// <summary>The flow through attention that raises the score: each layer's attention times its gradient, rectified, averaged over heads and
/// added along the layers.</summary>
/// <remarks>
/// Chefer, Gur and Wolf, 2021, https://arxiv.org/abs/2103.15679, the rule of self-attention. The row of the tokens that the output reads,
/// as for attention-rollout. Costs one gradient.
/// </remarks>
public sealed class GenericAttention() : AttentionMethod("generic-attention", PointMap.GenericAttention, new(
    "Which places of the image attention carries into the tokens that the output reads, as far as that raises the score.",
    "Chefer et al., 2021, https://arxiv.org/abs/2103.15679", "1 gradient",
    "never negative, so nothing is evidence against the class", [], Signed: false, HasOffset: true, NeedsAttention: true));
