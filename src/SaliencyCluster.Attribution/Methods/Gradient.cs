using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient of the score with respect to the image, signed.</summary>
/// <remarks>Simonyan et al., 2013, https://arxiv.org/abs/1312.6034. Costs one gradient.</remarks>
public sealed class Gradient : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => "gradient";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How the score changes with each input value, to first order.",
        "Simonyan et al., 2013, https://arxiv.org/abs/1312.6034", "1 gradient", "sensitivity to first order", []);

    /// <inheritdoc/>
    public int PlannedPoints(ExplanationRequest request, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : new Round
    {
        Map = PointMap.Gradient,
        Recipe = new PointRecipe(),
        Points = [new Point(1, 1)],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) => new(done[0].Sum!);
}
