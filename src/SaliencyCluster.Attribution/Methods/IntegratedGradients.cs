using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Methods.Paths;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Quadrature;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>The gradient, averaged on the straight line from a baseline to the image, times their difference.</summary>
/// <remarks>
/// Sundararajan et al., 2017, https://arxiv.org/abs/1703.01365. Costs <c>steps</c> gradients per baseline. The sum of the map
/// is the difference of the scores, up to the error of the quadrature, which the convergence delta tells.
/// </remarks>
public sealed class IntegratedGradients : ISampleMethod
{
    /// <inheritdoc/>
    public string Name => "integrated-gradients";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How much each input value contributes to the change of the score from the baseline to the image.",
        "Sundararajan et al., 2017, https://arxiv.org/abs/1703.01365", "steps gradients per baseline",
        "completeness (the map adds up to the difference of scores), up to the convergence delta",
        [new("steps", "50", "128"), new("rule", "riemann_middle", "adaptive"), new("baseline", "zeros"), new("seed", "0"), new("tolerance")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (request.Steps < 2 && request.Rule is "riemann_trapezoid" or "pair")
            yield return new("SAL2003", "steps", $"Rule '{request.Rule}' touches both ends of the path, so it needs at least 2 steps.", "Give more steps.");
        if (request.Rule == "adaptive")
        {
            var points = request.Steps * BaselineSpec.Recipes(request, 0).Count;
            if (request.Steps < AdaptivePath.First)
                yield return new("SAL2003", "steps", $"Rule 'adaptive' starts with {AdaptivePath.First} points, but 'steps' is {request.Steps}.", $"Give at least {AdaptivePath.First}.");
            if (points > AdaptivePath.Most)
                yield return new("SAL2003", "steps", $"Rule 'adaptive' keeps the map of every point, {points} of them.", $"Give at most {AdaptivePath.Most} steps of all baselines together, or rule 'riemann_middle'.");
            yield break;
        }
        if (request.Tolerance is null) yield break;
        if (request.Rule != "riemann_middle")
            yield return new("SAL2003", "rule", $"Only the points of 'riemann_middle' and 'adaptive' can be refined, but 'rule' is '{request.Rule}'.", "Leave out `--tolerance`, or the rule.");
        if (request.Steps < NestedMidpoint.Size(1))
            yield return new("SAL2003", "steps", $"With 'tolerance', 'steps' is the most that may be used; {request.Steps} leave nothing to compare.", $"Give at least {NestedMidpoint.Size(1)}.");
    }

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        BaselineSpec.Recipes(request, 0).Count * (request.Rule == "adaptive"
            ? AdaptivePath.SmallRound : request.Tolerance is null ? request.Steps!.Value : NestedMidpoint.First);

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var steps = request.Steps!.Value;
        if (request.Tolerance is not null && request.Rule != "adaptive") steps = Enumerable.Range(0, NestedMidpoint.Levels).Select(NestedMidpoint.Size).Last(size => size <= steps);
        return Saturated.Product(steps, BaselineSpec.Recipes(request, 0).Count);
    }

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        request.Rule == "adaptive" ? PlannedPoints(request, model, imageShape) : request.Tolerance is null ? 2 : NestedMidpoint.Levels;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (context.Options.Rule == "adaptive") return AdaptivePath.Next(context, done);
        var refined = context.Options.Tolerance is not null;
        if (refined ? NestedRefinement.NextLevel(context, done) is null : done.Count > 0) return null;
        return PathRound(context, refined ? NestedMidpoint.Added(done.Count) : Rule(context));
    }

    /// <inheritdoc/>
    public bool IsOneSum(ExplanationRequest request) => request.Rule != "adaptive";

    /// <inheritdoc/>
    public Round Sample(MethodContext context) => Points(context, Rule(context));

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (context.Options.Rule == "adaptive") return AdaptivePath.Finish(context, done);
        var map = TimesDifference(context, NestedRefinement.Sum(done, done.Count));
        return new(map)
        {
            ConvergenceDelta = Completeness.Delta(map, context.Probe),
            ErrorEstimate = NestedRefinement.Error(context, done),
        };
    }

    /// <summary>Multiplies a sum of gradients by the difference, unless each point was multiplied by its own.</summary>
    internal static Tensor TimesDifference(MethodContext context, Tensor sum)
    {
        if (context.Baselines.Count > 1) return sum;
        var map = Tensor.Zeros(sum.Shape);
        TensorPrimitives.Subtract(context.Image.Data, context.Baseline.Data, map.Data);
        TensorPrimitives.Multiply(map.Data, sum.Data, map.Data);
        return map;
    }

    private static PathRule Rule(MethodContext context) => PathRule.ByName(context.Options.Rule!, context.Options.Steps!.Value);

    /// <summary>Gets the round of a rule's points, multiplied by the difference only where it is not the same for all of them.</summary>
    internal static Round PathRound(MethodContext context, PathRule rule)
    {
        var points = Points(context, rule);
        // With one baseline the difference is the same for all points, so the sum is multiplied once, at the end.
        return context.Baselines.Count > 1 ? points : points with { Recipe = points.Recipe with { Multiplier = MultiplierKind.None } };
    }

    private static Round Points(MethodContext context, PathRule rule)
    {
        var baselines = context.Baselines.Count;
        var points =
            from variant in Enumerable.Range(0, baselines)
            from i in Enumerable.Range(0, rule.Alphas.Count)
            select new Point(rule.Alphas[i], rule.Weights[i] / baselines, -1, variant);
        return new Round
        {
            Map = PointMap.Gradient,
            Recipe = new PointRecipe
            {
                Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
                Multiplier = MultiplierKind.Difference,
            },
            Points = [.. points],
        };
    }
}
