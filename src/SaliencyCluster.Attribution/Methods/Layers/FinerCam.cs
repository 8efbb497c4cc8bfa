using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>Grad-CAM of the target's logit less those of the classes that are most like it, <c>[1,h,w]</c>.</summary>
/// <remarks>
/// Zhang et al., 2025, https://arxiv.org/abs/2501.11309. As in the authors' code the references are the classes whose logits are nearest
/// to the target's, and what is explained is the target's logit less the mean of theirs, weighed by their softmax probabilities, which are
/// differentiated too. Costs one forward pass and one gradient.
/// </remarks>
public sealed class FinerCam : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => "finer-cam";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "Where on a layer's grid the channels lie that tell the target from the classes most like it.",
        "Zhang et al., 2025, https://arxiv.org/abs/2501.11309", "1 forward pass and 1 gradient", "none",
        [new("layer", "last-conv"), new("finer", "3"), new("relu", "true")], NeedsLayer: true);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (ClassAxis.Only(model.OutputShape) is not { } axis || model.OutputShape[axis] is 1 || request.Target!.Contains(':', StringComparison.Ordinal))
            yield return new(
                "SAL2036", "method",
                $"Method '{Name}' holds one class against others; the model's output '{model.Output}' has shape "
                    + $"[{ShapeText.Of(model.OutputShape)}], the target is '{request.Target}'.",
                "Use grad-cam, or explain an output that is a list of classes.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 2;

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count switch
    {
        0 => new() { Map = PointMap.None, Outputs = true, Recipe = new PointRecipe(), Points = [new Point(1, 1)] },
        1 => LayerRound.At(
            new() { Map = PointMap.GradCam, Recipe = new PointRecipe(), Points = [new Point(1, 1)] }, context.Request)
            with { Against = References(done[0].Outputs!, TargetOf(context, done[0]), context.Options.Finer!.Value) },
        _ => null,
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        // A look before there is any map.
        if (done.Count < 2) return new(Tensor.Zeros(1, 1, 1));
        var map = done[1].Sum!;
        return new(context.Options.Relu == true ? MapArithmetic.Rectified(map) : map);
    }

    private static int TargetOf(MethodContext context, RoundResult outputs)
    {
        var row = new float[outputs.Outputs!.Length];
        TargetSpec.Parse(context.Probe.Target).FillRow(outputs.OutputShape ?? context.Request.Model.OutputShape, row);
        return Array.IndexOf(row, 1f);
    }

    /// <summary>What the classes nearest to a target take off its logit, by the gradient of their mean as softmax weighs it.</summary>
    internal static WeighedElement[] References(float[] logits, int target, int count)
    {
        int[] nearest = [.. Enumerable.Range(0, logits.Length).Where(k => k != target)
            .OrderBy(k => Math.Abs((double)logits[k] - logits[target])).ThenBy(k => k).Take(count)];
        var most = nearest.Max(k => (double)logits[k]);
        double[] shares = [.. nearest.Select(k => Math.Exp(logits[k] - most))];
        var sum = shares.Sum();
        var mean = nearest.Zip(shares).Sum(p => logits[p.First] * p.Second / sum);
        return [.. nearest.Zip(shares).Select(p => new WeighedElement(p.First, (float)(-p.Second / sum * (1 + logits[p.First] - mean))))];
    }
}
