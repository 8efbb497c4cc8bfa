using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>How much the score depends on whether each segment is there: the Hilbert-Schmidt independence criterion.</summary>
/// <remarks>
/// Novello et al., 2022, https://arxiv.org/abs/2206.06219, with the estimator of Gretton et al., 2005: <c>tr(K H L H) / (n - 1)^2</c>,
/// K the kernel of the segment, <c>1/2</c> where two copies agree and <c>-1/2</c> where they do not, L a Gaussian kernel of the scores.
/// Differences: each segment is there with probability one half, drawn and not of a design of low discrepancy, since of the numbers of
/// such a design a coin keeps only the first digit; the width of L is the median distance of two scores (Gretton et al., 2012), where
/// the authors take the median score, which a logit may have near 0.
/// </remarks>
public sealed class Hsic() : SegmentMethod("hsic", new(
    "How much the score depends on whether a segment is there, in whatever way.",
    "Novello et al., 2022, https://arxiv.org/abs/2206.06219", "samples forward passes",
    "at least 0, and near 0 for a segment that the score does not depend on",
    [new("segments"), new("samples", "1000"), new("baseline", "zeros"), new("seed", "0")], Signed: false, NeedsGradient: false),
    defaultSide: 7)
{
    // Every pair of copies is looked at for every segment.
    /// <inheritdoc/>
    public override long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        base.Operations(request, model, imageShape),
        Saturated.Product(request.Samples!.Value, request.Samples.Value, 20 + MaxSegmentsOf(request)));

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (labels, scores) = (SegmentLabels.Of(context), done[0].Scores);
        var coalitions = CoalitionsOf(context, labels);
        bool[][] present = [.. Enumerable.Range(0, scores.Length).Select(coalitions.Present)];
        return new(Spread(context, labels, Dependence(present, scores, labels.Count)));
    }

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) => request.Samples!.Value;

    /// <inheritdoc/>
    protected override RequestError? Unfit(ExplanationRequest request, int segments) => request.Samples >= 2 ? null : new(
        "SAL2003", "samples", $"Option 'samples' is '{request.Samples}'; for method '{Name}' it must be at least 2.",
        "It looks at every pair of copies: a thousand tell segments apart.");

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) => CoalitionKind.Coins;

    /// <summary>Gets the criterion of each segment.</summary>
    /// <param name="present">Which segments each copy has.</param>
    /// <param name="scores">The score of each copy.</param>
    /// <param name="segments">How many segments there are.</param>
    internal static double[] Dependence(IReadOnlyList<bool[]> present, float[] scores, int segments)
    {
        var (n, values) = (scores.Length, new double[segments]);
        var width = Width(scores);
        // Of a score that nothing changes nothing depends on anything.
        if (width == 0) return values;
        // K is half the outer product of signs, so the trace is a quadratic form of centred signs.
        var signs = Enumerable.Range(0, segments).Select(s => Centred([.. present.Select(p => p[s] ? 1.0 : -1.0)])).ToArray();
        var kernel = new double[n];
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < n; b++)
            {
                var distance = ((double)scores[a] - scores[b]) / width;
                kernel[b] = Math.Exp(-distance * distance / 2);
            }
            for (var s = 0; s < segments; s++)
            {
                var (sum, of) = (0.0, signs[s]);
                for (var b = 0; b < n; b++) sum += kernel[b] * of[b];
                values[s] += of[a] * sum;
            }
        }
        return Array.ConvertAll(values, v => Math.Max(0, v / 2 / ((n - 1.0) * (n - 1.0))));
    }

    private static double[] Centred(double[] values)
    {
        var mean = values.Average();
        return Array.ConvertAll(values, v => v - mean);
    }

    // The median distance of two scores; where most are equal, the mean one.
    private static double Width(float[] scores)
    {
        var sorted = scores.Select(s => (double)s).Order().ToArray();
        var (n, pairs) = (sorted.Length, (long)sorted.Length * (sorted.Length - 1) / 2);
        var (low, high) = (0.0, sorted[^1] - sorted[0]);
        // The least distance that half of the pairs are within, by halving: no list of all pairs.
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            var within = 0L;
            for (var (a, b) = (0, 0); a < n; a++)
            {
                while (b < n && sorted[b] - sorted[a] <= middle) b++;
                within += b - a - 1;
            }
            (low, high) = 2 * within >= pairs ? (low, middle) : (middle, high);
        }
        if (high > 1e-12 * Math.Max(1e-30, sorted[^1] - sorted[0])) return high;
        var (mean, before) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            mean += ((i * sorted[i]) - before) / pairs;
            before += sorted[i];
        }
        return mean;
    }
}
