using System.Numerics;
using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>Each segment's share of the score: its effect, averaged over all orders in which segments can be put into the baseline.</summary>
/// <remarks>
/// Shapley, 1953; Strumbelj and Kononenko, 2010, http://jmlr.org/papers/v11/strumbelj10a.html. Up to 12 segments every coalition is
/// evaluated and the values are exact; above, orders are drawn, each second one the reverse of the one before
/// (Mitchell et al., 2022, http://jmlr.org/papers/v23/21-0439.html).
/// </remarks>
public sealed class ShapleyValues() : SegmentMethod("shapley", new(
    "Each segment's share of the score, by all orders in which segments can be added.",
    "Strumbelj and Kononenko, 2010, http://jmlr.org/papers/v11/strumbelj10a.html",
    "2^segments forward passes up to 12 segments, samples x (segments - 1) + 1 above",
    "the values of the segments add up to the difference of scores; a standard error above 12 segments",
    [new("segments"), new("samples", "64", "1024"), new("baseline", "zeros"), new("seed", "0"), new("standard-error-map", "false"),
        new("tolerance")], NeedsGradient: false), defaultSide: 4)
{
    private const int MaxExactSegments = 12;

    /// <inheritdoc/>
    public override long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        MaxCopies(request with { Samples = SampleGrowth.FirstRound(request) });

    // Copies of all orders are added up after each round, whose numbers grow.
    /// <inheritdoc/>
    public override long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        base.Operations(request, model, imageShape),
        request.Tolerance is null ? 0 : Saturated.Product(SampleGrowth.MaxRounds, 8, PlannedPoints(request, model, imageShape)));

    /// <inheritdoc/>
    public override Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var labels = SegmentLabels.Of(context);
        if (IsExact(labels.Count)) return base.NextRound(context, done);
        var (copies, of) = (done.Sum(round => round.Scores.Length), labels.Count - 1);
        var orders = SampleGrowth.Next(context, Math.Max(0, copies - 1) / of, () => Estimate(context, labels, done).StandardError);
        return orders == 0 ? null : copies == 0 ? Evaluate(context, labels, 0, 1 + (orders * of))
            : Evaluate(context, labels, copies, orders * of);
    }

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        Estimate(context, SegmentLabels.Of(context), done);

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) =>
        IsExact(segments) ? 1L << (int)segments : Saturated.Product(request.Samples!.Value, segments - 1) + 1;

    /// <inheritdoc/>
    protected override long MaxCopies(ExplanationRequest request, long segments) =>
        Math.Max(Copies(request, Math.Min(segments, MaxExactSegments)), Copies(request, segments));

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) =>
        IsExact(segments) ? CoalitionKind.All : CoalitionKind.Orders;

    private MapEstimate Estimate(MethodContext context, SegmentLabels labels, IReadOnlyList<RoundResult> done)
    {
        var (scores, full) = (done.SelectMany(round => round.Scores).ToArray(), (double)context.Probe.ImageScore);
        var (values, errors) = IsExact(labels.Count) ? (Exact(scores, full), null) : Sampled(CoalitionsOf(context, labels), scores, full);
        var (map, error) = (Spread(context, labels, values), errors is null ? null : Spread(context, labels, errors));
        return new(map)
        {
            ConvergenceDelta = values.Sum() - (full - scores[0]),
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    private static bool IsExact(long segments) => segments <= MaxExactSegments;

    // The sum over coalitions without the segment of |S|! (n - |S| - 1)! / n! times what the segment adds to it.
    private static double[] Exact(float[] scores, double full)
    {
        var n = BitOperations.Log2((uint)scores.Length);
        var weights = new double[n];
        for (var (size, ways) = (0, 1.0); size < n; ways = ways * (n - 1 - size) / (size + 1), size++) weights[size] = 1 / (n * ways);
        var values = new double[n];
        for (var coalition = 0; coalition < scores.Length - 1; coalition++)
        {
            for (var s = 0; s < n; s++)
                if ((coalition >> s & 1) == 0)
                    values[s] += weights[BitOperations.PopCount((uint)coalition)] * (Score(coalition | 1 << s) - scores[coalition]);
        }
        return values;

        // The image itself was evaluated before.
        double Score(int coalition) => coalition == scores.Length - 1 ? full : scores[coalition];
    }

    // The mean over orders; its error from the means of pairs, which do not depend on each other.
    private static (double[] Values, double[]? Errors) Sampled(Coalitions coalitions, float[] scores, double full)
    {
        var n = coalitions.Segments;
        var orders = (scores.Length - 1) / (n - 1);
        var (sum, squares, pair) = (new double[n], new double[n], new double[n]);
        for (var o = 0; o < orders; o++)
        {
            var (order, before) = (coalitions.Order(o), (double)scores[0]);
            for (var place = 0; place < n; place++)
            {
                var after = place == n - 1 ? full : scores[1 + (o * (n - 1)) + place];
                pair[order[place]] += after - before;
                before = after;
            }
            if (o % 2 == 0 && o < orders - 1) continue;
            var members = (o % 2) + 1;
            for (var s = 0; s < n; s++)
            {
                sum[s] += pair[s];
                if (members == 2) squares[s] += pair[s] / 2 * (pair[s] / 2);
                pair[s] = 0;
            }
        }
        var values = Array.ConvertAll(sum, v => v / orders);
        var pairs = orders / 2;
        return (values, pairs < 2 || orders % 2 == 1 ? null
            : [.. Enumerable.Range(0, n).Select(s => Math.Sqrt(Math.Max(0, (squares[s] / pairs) - (values[s] * values[s])) / (pairs - 1)))]);
    }
}
