using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>A method whose map is what one evaluation at the image itself gives.</summary>
public abstract class OnePointMethod(string name, MethodDescription description) : ISampleMethod
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description => description;

    /// <inheritdoc/>
    public virtual long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public virtual Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : Sample(context);

    /// <inheritdoc/>
    public abstract Round Sample(MethodContext context);

    /// <inheritdoc/>
    public virtual MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) => new(done[0].Sum!);

    /// <summary>Gets a round that evaluates the image itself.</summary>
    protected static Round AtImage(PointMap map) => new() { Map = map, Recipe = new PointRecipe(), Points = [new Point(1, 1)] };
}
