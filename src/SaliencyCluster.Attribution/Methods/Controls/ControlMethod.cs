using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Controls;

/// <summary>A map that knows nothing of the model: what a real method must differ from. Evaluates no points beyond the probe.</summary>
public abstract class ControlMethod(string name, string summary, string paper, params MethodOption[] options) : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        summary, paper, "none", "does not depend on the model", options, Signed: false, NeedsGradient: false);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
            yield return MethodErrors.NoPlanes(name, "looks at height and width", model);
    }

    /// <inheritdoc/>
    public virtual string? WhyNotSmoothed => null;

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 0;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => null;

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var plane = Map(context);
        return new(new Tensor([1, plane.Height, plane.Width], Array.ConvertAll(plane.Values, v => (float)v)));
    }

    /// <summary>Makes the map, <c>[H,W]</c>.</summary>
    protected abstract Plane Map(MethodContext context);
}
