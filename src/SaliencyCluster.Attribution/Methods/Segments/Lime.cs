using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>The coefficients of a linear model that stands for the network near the image: LIME.</summary>
/// <remarks>
/// Ribeiro et al., 2016, https://arxiv.org/abs/1602.04938, as the authors' library (https://github.com/marcotcr/lime) does it for images:
/// each segment is there with probability one half, the image itself is one more copy, a copy weighs <c>sqrt(exp(-d^2 / 0.25^2))</c> with
/// d the cosine distance to the image in segments, and the fit is ridge regression with penalty 1 and an intercept without one, no
/// features left out. Where all coalitions fit into <c>samples</c> each is evaluated once and counts as often as it would be drawn. The
/// library fills segments with their own mean colour, here <c>baseline</c> says what they become, and it explains probabilities:
/// <c>--score probability</c>.
/// </remarks>
public sealed class Lime() : SurrogateMethod("lime", new(
    "What each segment adds to a linear model that stands for the network near the image.",
    "Ribeiro et al., 2016, https://arxiv.org/abs/1602.04938", "samples forward passes; all 2^segments where these are no more",
    "none; a standard error where coalitions are drawn", Options, NeedsGradient: false))
{
    private const double KernelWidth = 0.25, Penalty = 1;

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) =>
        IsAll(request, segments) ? 1L << (int)segments : request.Samples!.Value;

    /// <inheritdoc/>
    protected override long MaxCopies(ExplanationRequest request, long segments) =>
        IsAll(request, segments) ? Copies(request, segments) : request.Samples!.Value;

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) =>
        IsAll(request, segments) ? CoalitionKind.All : CoalitionKind.Coins;

    private protected override (double[] Values, double[]? Errors) Fit(MethodContext context, Coalitions coalitions, float[] scores)
    {
        var (n, all) = (coalitions.Segments, coalitions.Kind == CoalitionKind.All);
        var ofSize = Enumerable.Range(0, n + 1).Select(size => Weight(1 - Math.Sqrt((double)size / n))).ToArray();
        var (total, centre, mean) = (0.0, new double[n], 0.0);
        foreach (var (present, weight, score) in Rows())
        {
            (total, mean) = (total + weight, mean + (weight * score));
            for (var s = 0; s < n; s++) centre[s] += present[s] ? weight : 0;
        }
        mean /= total;
        for (var s = 0; s < n; s++) centre[s] /= total;
        // Less the weighted means, there is no intercept.
        var fit = new LinearFit(n);
        foreach (var (present, weight, score) in Rows()) fit.Add(present, weight, score - mean, centre);
        fit.Penalize(Penalty);
        fit.Factorize();
        var values = fit.Coefficients();
        return (values, all ? null : LinearFit.StandardErrors(n, Rows().SkipLast(1).Select(Influence)));

        // The copies, and the image itself.
        IEnumerable<(bool[] Present, double Weight, double Score)> Rows()
        {
            var counts = all ? context.Options.Samples!.Value / (double)scores.Length : 1;
            for (var copy = 0; copy < scores.Length; copy++)
            {
                var present = coalitions.Present(copy);
                yield return (present, counts * ofSize[present.Count(p => p)], scores[copy]);
            }
            yield return ([.. Enumerable.Repeat(true, n)], ofSize[n], context.Probe.ImageScore);
        }

        double[] Influence((bool[] Present, double Weight, double Score) row)
        {
            var x = LinearFit.Row(row.Present, centre);
            var residual = row.Score - mean;
            for (var s = 0; s < n; s++) residual -= x[s] * values[s];
            return fit.Solve(Array.ConvertAll(x, v => v * row.Weight * residual));
        }
    }

    private static double Weight(double distance) => Math.Sqrt(Math.Exp(-(distance * distance) / (KernelWidth * KernelWidth)));

    private static bool IsAll(ExplanationRequest request, long segments) => segments < 30 && 1L << (int)segments <= request.Samples;
}
