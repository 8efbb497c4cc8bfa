using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
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
        var (map, error) = MaskedMean.Of(Mask(context), [.. done.SelectMany(round => round.Scores)], context.Image.Shape);
        return new(map)
        {
            StandardError = error is null ? null : MapArithmetic.Relative(error, MapArithmetic.Centred(map)),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    private static RiseMask Mask(MethodContext context) => new(Cells, Keep, context.Options.Seed!.Value, context.ImageIndex);
}
