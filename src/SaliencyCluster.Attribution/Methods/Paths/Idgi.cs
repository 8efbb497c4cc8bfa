using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>Each step's change of the score, shared out in proportion to the squared gradient.</summary>
/// <remarks>
/// Yang et al., 2023, https://arxiv.org/abs/2303.14242. Another map than integrated gradients, not an estimate of it. Costs
/// <c>steps</c> gradients and <c>steps - 1</c> forward passes.
/// </remarks>
public sealed class Idgi : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => "idgi";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "The change of the score along the path, shared out by squared gradients.",
        "Yang et al., 2023, https://arxiv.org/abs/2303.14242", "steps gradients and steps - 1 forward passes",
        "completeness exactly, wherever the gradient is not zero", [new("steps", "50"), new("baseline", "zeros"), new("seed", "0")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return new("SAL2003", "baseline", $"Method '{Name}' follows one path, but '{Echo.Of(request.Baseline!)}' names several baselines.", "Give one baseline.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        2 * request.Steps!.Value - 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var steps = context.Options.Steps!.Value;
        var recipe = new PointRecipe { Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex) };
        // The ends' scores are known from the probe; what lies between decides the weights of the gradients.
        if (done.Count == 0 && steps > 1)
            return new() { Map = PointMap.None, Recipe = recipe, Points = [.. Enumerable.Range(1, steps - 1).Select(k => new Point((double)k / steps, 0))] };
        if (done.Count == (steps > 1 ? 2 : 1)) return null;
        float[] scores = [context.Probe.BaselineScores[0], .. steps > 1 ? done[0].Scores : [], context.Probe.ImageScore];
        return new()
        {
            Map = PointMap.Gradient,
            Reduction = PointReduction.NormalizedSquares,
            Recipe = recipe,
            Points = [.. Enumerable.Range(0, steps).Select(k => new Point((double)k / steps, scores[k + 1] - scores[k]))],
        };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) => done[^1].Sum is { } map
        ? new(map) { ConvergenceDelta = Completeness.Delta(map, context.Probe) }
        : new(Tensor.Zeros(context.Image.Shape));
}
