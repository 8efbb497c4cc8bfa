using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>Integrated gradients along a path that avoids places of large gradient.</summary>
/// <remarks>
/// Kapishnikov et al., 2021, https://arxiv.org/abs/2106.09788. Each step needs the gradient of the one before, so an image's
/// steps cannot be shared out; several images can. Costs <c>steps</c> gradients, and memory for as many maps.
/// </remarks>
public sealed class GuidedIntegratedGradients : IAttributionMethod
{
    // Way, share and map in double precision, the place as an anchor, and the values that move; each step sorts gradients.
    private const int PathMaps = 10, StepOperations = 60;

    // The path follows from the gradients so far; walking it again from the start at each step would take quadratic time.
    private readonly ConditionalWeakTable<MethodContext, GuidedPath> _walked = [];

    /// <inheritdoc/>
    public string Name => "guided-integrated-gradients";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "Integrated gradients along a path that changes first what the score hardly depends on; less noise.",
        "Kapishnikov et al., 2021, https://arxiv.org/abs/2106.09788", "steps gradients, one after another",
        "completeness, up to the convergence delta", [new("steps", "50"), new("baseline", "zeros"), new("seed", "0")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return new("SAL2003", "baseline", $"Method '{Name}' follows one path, but '{Echo.Of(request.Baseline!)}' names several baselines.", "Give one baseline.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Steps!.Value;

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        PathMaps + (long)request.Steps!.Value;

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(StepOperations, request.Steps!.Value, Saturated.Elements(imageShape));

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        done.Count == context.Options.Steps ? null : new Round
    {
        Map = PointMap.Gradient,
        Recipe = new PointRecipe { Path = PathKind.Anchor, Anchors = [Walk(context, done).Place()] },
        Points = [new Point(1, 1)],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var map = Walk(context, done).Map();
        return new(map) { ConvergenceDelta = Completeness.Delta(map, context.Probe) };
    }

    private GuidedPath Walk(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (!_walked.TryGetValue(context, out var path) || path.Taken > done.Count)
            _walked.AddOrUpdate(context, path = new(context.Image, context.Baseline, context.Options.Steps!.Value));
        try
        {
            while (path.Taken < done.Count) path.Step(done[path.Taken].Sum!.Data);
            return path;
        }
        catch
        {
            // A step that was not taken to its end must not be gone on from.
            _walked.Remove(context);
            throw;
        }
    }
}
