using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>What methods over random masks have in common: how many masks they draw, and what becomes of their scores.</summary>
internal static class MaskRounds
{
    /// <summary>Counts operations. With a tolerance the masks are drawn again after each round, whose numbers grow.</summary>
    /// <param name="perPixel">Those for a pixel of a mask.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="imageShape">The shape of the image.</param>
    public static long Operations(int perPixel, ExplanationRequest request, IReadOnlyList<int> imageShape) => Saturated.Product(
        perPixel, request.Tolerance is null ? 1 : SampleGrowth.MaxRounds, request.Samples!.Value, imageShape[1], imageShape[2]);

    /// <summary>Draws the masks of the next round; null where there are enough.</summary>
    /// <param name="context">What is explained.</param>
    /// <param name="done">The rounds so far.</param>
    /// <param name="mask">The masks.</param>
    /// <param name="error">Gets the relative standard error of the map so far.</param>
    public static Round? Next(MethodContext context, IReadOnlyList<RoundResult> done, RiseMask mask, Func<double?> error)
    {
        var taken = done.Sum(round => round.Scores.Length);
        var count = SampleGrowth.Next(context, taken, error);
        return count == 0 ? null : new Round
        {
            Map = PointMap.None,
            Recipe = new PointRecipe
            {
                Path = PathKind.RandomMask,
                Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
                Parameters = mask.ToParameters(),
            },
            Points = [.. Enumerable.Range(taken, count).Select(drawn => new Point(1, 1, -1, drawn))],
        };
    }

    /// <summary>Gets the scores of all masks in their order.</summary>
    public static float[] Scores(IReadOnlyList<RoundResult> done) => [.. done.SelectMany(round => round.Scores)];

    /// <summary>Makes the estimate of a map whose pixels have a standard error.</summary>
    public static MapEstimate Estimate(MethodContext context, (Tensor Map, Tensor? Error) mean) => new(mean.Map)
    {
        StandardError = mean.Error is null ? null : MapArithmetic.Relative(mean.Error, MapArithmetic.Centred(mean.Map)),
        StandardErrorMap = context.Options.StandardErrorMap == true ? mean.Error : null,
    };
}
