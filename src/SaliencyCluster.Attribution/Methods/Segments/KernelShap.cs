using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>Shapley values by a weighted linear fit of the scores of coalitions of segments.</summary>
/// <remarks>
/// Lundberg and Lee, 2017, https://arxiv.org/abs/1705.07874. Weights are the Shapley kernel <c>(n - 1) / (C(n, s) s (n - s))</c> for s of
/// n segments. That no and all segments score as they do is a constraint of the fit, so that values add up. As in the authors' library
/// (https://github.com/shap/shap) small sizes and their complements are evaluated whole where the samples suffice and the rest is drawn
/// in pairs of complements; the fit has no penalty and no selection of features. Where all coalitions fit into <c>samples</c>, values are
/// exact. The standard error is that of the drawn pairs, linearized at the fit (Covert and Lee, 2021, https://arxiv.org/abs/2012.01536).
/// </remarks>
public sealed class KernelShap() : SurrogateMethod("kernel-shap", new(
    "Each segment's share of the score, from a linear fit weighed by the Shapley kernel.",
    "Lundberg and Lee, 2017, https://arxiv.org/abs/1705.07874",
    "samples forward passes; all 2^segments where these are no more",
    "the values of the segments add up to the difference of scores; exact Shapley values where all coalitions fit into samples, else a "
        + "standard error",
    Options, NeedsGradient: false))
{
    /// <inheritdoc/>
    protected override RequestError? Unfit(ExplanationRequest request, int segments)
    {
        var min = KernelCopies.MinSamples(segments);
        return IsAll(request, segments) || request.Samples >= min ? null : new(
            "SAL2003", "samples", $"Option 'samples' is '{request.Samples}'; for {segments} segments it must be at least {min}.",
            "Give more samples, or fewer segments: the fit has several solutions otherwise.");
    }

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) => IsAll(request, segments)
        ? 1L << (int)segments : 1L + new KernelCopies((int)segments, request.Samples!.Value).Count;

    /// <inheritdoc/>
    protected override long MaxCopies(ExplanationRequest request, long segments) =>
        IsAll(request, segments) ? Copies(request, segments) : 2L + request.Samples!.Value;

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) =>
        IsAll(request, segments) ? CoalitionKind.All : CoalitionKind.Kernel;

    private protected override double? Delta(MethodContext context, float[] scores, double[] values) =>
        values.Sum() - ((double)context.Probe.ImageScore - scores[0]);

    private protected override (double[] Values, double[]? Errors) Fit(MethodContext context, Coalitions coalitions, float[] scores)
    {
        var n = coalitions.Segments;
        var (none, difference) = ((double)scores[0], (double)context.Probe.ImageScore - scores[0]);
        if (n == 1) return ([difference], null);
        var all = coalitions.Kind == CoalitionKind.All;
        var copies = new KernelCopies(n, coalitions.Samples);
        var weights = all ? AllWeights(n) : copies.Weights();
        var fit = new LinearFit(n);
        for (var i = 0; i < weights.Length; i++) fit.Add(coalitions.Present(i + 1), weights[i], scores[i + 1] - none);
        fit.Factorize();
        // Along the solution for ones the sum of the coefficients moves and the fit does not get worse than it must.
        var ones = fit.Solve([.. Enumerable.Repeat(1.0, n)]);
        var total = ones.Sum();
        var values = WithSum(fit.Coefficients(), difference);
        if (all) return (values, null);
        var firstDrawn = copies.WholeCopies;
        return (values, LinearFit.StandardErrors(n, Enumerable.Range(0, copies.Pairs).Select(Influence)));

        double[] WithSum(double[] free, double sum)
        {
            var step = (free.Sum() - sum) / total;
            return [.. free.Select((v, i) => v - (step * ones[i]))];
        }

        // What a drawn pair adds to the fit.
        double[] Influence(int pair)
        {
            var right = new double[n];
            for (var i = firstDrawn + (2 * pair); i < firstDrawn + (2 * pair) + 2; i++)
            {
                var present = coalitions.Present(i + 1);
                var residual = scores[i + 1] - none;
                for (var s = 0; s < n; s++) residual -= present[s] ? values[s] : 0;
                for (var s = 0; s < n; s++) right[s] += present[s] ? weights[i] * residual : 0;
            }
            return WithSum(fit.Solve(right), 0);
        }
    }

    // Of coalitions 1, 2, .. 2^n - 2: neither none nor all, which the constraint takes.
    private static double[] AllWeights(int n)
    {
        var ofSize = new double[n];
        for (var (size, ways) = (1, (double)n); size < n; size++,
            ways = ways * (n - size + 1) / size) ofSize[size] = 1 / (ways * size * (n - size));
        return [.. Enumerable.Range(1, (1 << n) - 2).Select(c => ofSize[System.Numerics.BitOperations.PopCount((uint)c)])];
    }

    private static bool IsAll(ExplanationRequest request, long segments) => KernelCopies.IsAll(segments, request.Samples!.Value);
}
