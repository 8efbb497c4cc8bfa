using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
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
        "Petsiuk et al., 2018, https://arxiv.org/abs/1806.07421", "samples forward passes", "none",
        [new("samples", "1000"), new("baseline", "zeros"), new("seed", "0")], Signed: false, NeedsGradient: false, HasOffset: true);

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
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(MaskedMean.Operations, request.Samples!.Value, imageShape[1], imageShape[2]);

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? null : new Round
    {
        Map = PointMap.None,
        Recipe = new PointRecipe
        {
            Path = PathKind.RandomMask,
            Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
            Parameters = Parameters(context),
        },
        Points = [.. Enumerable.Range(0, context.Options.Samples!.Value).Select(mask => new Point(1, 1, -1, mask))],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        new(MaskedMean.Of(MaskOf(Parameters(context)), done[0].Scores, context.Image.Shape));

    private static double[] Parameters(MethodContext context) => [Cells, Keep, .. SeedHalves.Of(context.Options.Seed!.Value), context.ImageIndex];

    internal static RiseMask MaskOf(IReadOnlyList<double> p) => new((int)p[0], p[1], SeedHalves.Join(p[2], p[3]), (uint)p[4]);
}
