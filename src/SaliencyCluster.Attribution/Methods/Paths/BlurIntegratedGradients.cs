using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>Integrated gradients along a path on which the image's blur falls to nothing, so that no new features appear on the way.</summary>
/// <remarks>
/// Xu et al., 2020, https://arxiv.org/abs/2004.03383. Each step takes the gradient in its middle and multiplies it by the exact
/// change of the image over the step. Costs <c>steps</c> gradients.
/// </remarks>
public sealed class BlurIntegratedGradients : ISampleMethod
{
    /// <inheritdoc/>
    public string Name => "blur-integrated-gradients";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How much each input value contributes while the image comes into focus.",
        "Xu et al., 2020, https://arxiv.org/abs/2004.03383", "steps gradients",
        "completeness from the blurred image on, up to the convergence delta", [new("steps", "50"), new("baseline", "blur")]);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (BaselineSpec.Recipes(request, 0) is not [{ Kind: BaselineKind.Blur }])
            yield return new("SAL2003", "baseline", $"Method '{Name}' starts from the blurred image, but 'baseline' is '{Echo.Of(request.Baseline!)}'.", "Give `blur` or `blur:SIGMA`.");
        if (model.ImageShape.Count != 3)
            yield return MethodErrors.NoPlanes(Name, "blurs height and width", model, "Use integrated-gradients.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Steps!.Value;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : Sample(context);

    /// <inheritdoc/>
    public Round Sample(MethodContext context)
    {
        var steps = context.Options.Steps!.Value;
        var recipes = BaselineSpec.Recipes(context.Options, context.ImageIndex);
        return new Round
        {
            Map = PointMap.Gradient,
            Recipe = new PointRecipe
            {
                Path = PathKind.Blur,
                Baselines = recipes,
                Multiplier = MultiplierKind.Segment,
                Parameters = [BaselineFactory.Sigma(recipes[0].Parameter, context.Image.Shape), steps],
            },
            Points = [.. Enumerable.Range(0, steps).Select(k => new Point((k + 0.5) / steps, 1))],
        };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        new(done[0].Sum!) { ConvergenceDelta = Completeness.Delta(done[0].Sum!, context.Probe) };
}
