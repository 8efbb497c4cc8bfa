using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>How much the score falls when one segment is replaced by the baseline.</summary>
/// <remarks>As Captum's FeatureAblation with a mask of segments; after Zeiler and Fergus, 2014. Costs one forward pass per segment.</remarks>
public sealed class FeatureAblation() : SegmentMethod("feature-ablation", new(
    "How much the score falls when one segment is taken away.",
    "Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901", "1 forward pass per segment", "weight times difference, for linear models",
    [new("segments"), new("baseline", "zeros"), new("seed", "0")], NeedsGradient: false), defaultSide: 7)
{
    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        new(Spread(context, SegmentLabels.Of(context), [.. done[0].Scores.Select(s => (double)context.Probe.ImageScore - s)]));

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) => segments;

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) => CoalitionKind.LeaveOneOut;
}
