using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>RISE for detectors: how like the detection anything in randomly masked images is, weighed by what the masks kept.</summary>
/// <remarks>
/// Petsiuk et al., 2021, https://arxiv.org/abs/2006.03204, with its grid of 16x16 cells of which half are kept; the paper takes 5,000
/// masks.
/// Detectors without objectness are taken at what their background leaves, or at their best class: without a factor for that, rows
/// that detect nothing would count by the direction of their class scores alone. Divided by what the masks kept of a pixel, not by
/// what they keep on average. Costs <c>samples</c> forward passes.
/// </remarks>
public sealed class DetectorRise : IAttributionMethod
{
    internal const string MethodName = "d-rise";

    private const int Cells = 16;
    private const double Keep = 0.5;

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How like a detection the detections of a randomly masked image are on average when the mask keeps a pixel.",
        "Petsiuk et al., 2021, https://arxiv.org/abs/2006.03204", "samples forward passes",
            "a standard error, relative to how the map varies",
        [new("samples", "1000", "10000"), new("baseline", "zeros"), new("seed", "0"), new("standard-error-map", "false"),
            new("tolerance")], Signed: false, NeedsGradient: false, HasOffset: true, NeedsDetection: true);

    /// <inheritdoc/>
    public string WhyNotSmoothed => "the detection that it looks for is that of the image without noise";

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
            yield return MethodErrors.NoPlanes(Name, "masks height and width", model);
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return MethodErrors.SeveralBaselines(Name, "covers with", request);
        if (!DetectionCheck.IsAsked(request))
            yield return new(
                "SAL2056", "method", $"Method '{Name}' explains a detection, and none is asked for.",
                "Say which with --detection K or --box x0,y0,x1,y1; for a classifier use rise.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Samples!.Value;

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        SampleGrowth.FirstRound(request);

    // With a tolerance the masks are drawn again after each round, whose numbers grow.
    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Product(
        MaskedMean.Operations, request.Tolerance is null ? 1 : SampleGrowth.MaxRounds, request.Samples!.Value, imageShape[1],
            imageShape[2]);

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var taken = done.Sum(round => round.Scores.Length);
        var count = SampleGrowth.Next(context, taken, () => Finish(context, done).StandardError);
        return count == 0 ? null : Masks(context, taken, count);
    }

    private static Round Masks(MethodContext context, int first, int count) => new()
    {
        Map = PointMap.None,
        Similarity = context.Probe.Similarity,
        Recipe = new PointRecipe
        {
            Path = PathKind.RandomMask,
            Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
            Parameters = Mask(context).ToParameters(),
        },
        Points = [.. Enumerable.Range(first, count).Select(mask => new Point(1, 1, -1, mask))],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (map, error) = MaskedMean.OfKept(Mask(context), [.. done.SelectMany(round => round.Scores)], context.Image.Shape);
        return new(map)
        {
            StandardError = error is null ? null : MapArithmetic.Relative(error, MapArithmetic.Centred(map)),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    private static RiseMask Mask(MethodContext context) => new(Cells, Keep, context.Options.Seed!.Value, context.ImageIndex);
}
