using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>The mean score of randomly masked images, weighed for each pixel by whether its mask kept it.</summary>
/// <remarks>
/// Petsiuk et al., 2018, https://arxiv.org/abs/1806.07421, with 7x7 cells of which half are kept. The paper explains
/// probabilities: use <c>--score probability</c> where the model ends in Softmax. Costs <c>samples</c> forward passes.
/// </remarks>
public sealed class RiseMethod : IAttributionMethod
{
    private const int Cells = 7;
    private const double Keep = 0.5;

    /// <inheritdoc/>
    public string Name => "rise";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How high the score is on average when a random mask keeps a pixel.",
        "Petsiuk et al., 2018, https://arxiv.org/abs/1806.07421", "samples forward passes",
            "a standard error, relative to how the map varies",
        [new("samples", "1000", "10000"), new("baseline", "zeros"), new("seed", "0"), new("standard-error-map", "false"),
            new("tolerance")], Signed: false, NeedsGradient: false, HasOffset: true);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
            yield return MethodErrors.NoPlanes(Name, "masks height and width", model);
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return MethodErrors.SeveralBaselines(Name, "covers with", request);
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Samples!.Value;

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        SampleGrowth.FirstRound(request);

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        MaskRounds.Operations(MaskedMean.Operations, request, imageShape);

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        MaskRounds.Next(context, done, Mask(context), () => Finish(context, done).StandardError);

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        MaskRounds.Estimate(context, MaskedMean.Of(Mask(context), MaskRounds.Scores(done), context.Image.Shape));

    private static RiseMask Mask(MethodContext context) => new(Cells, Keep, context.Options.Seed!.Value, context.ImageIndex);
}
