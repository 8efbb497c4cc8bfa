using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Quadrature;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
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
        [new("steps", "50"), new("rule", "riemann_middle"), new("baseline", "zeros"), new("seed", "0")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (request.Steps < 2 && request.Rule is "riemann_trapezoid")
            yield return new("SAL2003", "steps", "Rule 'riemann_trapezoid' touches both ends of the path, so it needs at least 2 steps.", "Give more steps.");
    }

    /// <inheritdoc/>
    public int PlannedPoints(ExplanationRequest request, IReadOnlyList<int> imageShape) =>
        request.Steps!.Value * BaselineSpec.Recipes(request, 0).Count;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (done.Count > 0) return null;
        var sample = Sample(context);
        // With one baseline the difference is the same for all points, so the sum is multiplied once, at the end.
        return context.Baselines.Count > 1 ? sample : sample with { Recipe = sample.Recipe with { Multiplier = MultiplierKind.None } };
    }

    /// <inheritdoc/>
    public Round Sample(MethodContext context)
    {
        var rule = PathRule.ByName(context.Options.Rule!, context.Options.Steps!.Value);
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

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var map = done[0].Sum!;
        if (context.Baselines.Count == 1)
        {
            var difference = Tensor.Zeros(map.Shape);
            TensorPrimitives.Subtract(context.Image.Data, context.Baseline.Data, difference.Data);
            TensorPrimitives.Multiply(difference.Data, map.Data, difference.Data);
            map = difference;
        }
        return new(map) { ConvergenceDelta = Completeness.Delta(map, context.Probe) };
    }
}
