using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
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

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        MaskRounds.Operations(MaskedMean.OperationsOfKept, request, imageShape);

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        MaskRounds.Next(context, done, Mask(context), () => Finish(context, done).StandardError) is { } round
            ? round with { Similarity = context.Probe.Similarity } : null;

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        MaskRounds.Estimate(context, MaskedMean.OfKept(Mask(context), MaskRounds.Scores(done), context.Image.Shape));

    private static RiseMask Mask(MethodContext context) => new(Cells, Keep, context.Options.Seed!.Value, context.ImageIndex);
}
