using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>
/// How much of the score's variance each segment takes part in, alone or with others, when segments fade into the baseline.
/// </summary>
/// <remarks>
/// Fel et al., 2021, https://arxiv.org/abs/2111.04138: total Sobol' indices by Jansen's estimator (1999) over a design of low
/// discrepancy. The authors take 11x11 segments (<c>--segments grid:11</c>) and 32 rows, and explain probabilities. Differences: the
/// first direction numbers of <see cref="SobolSequence"/>; one variance for all segments, that of both points of all rows. An index is
/// at least 0 and at most 1, and indices add up to 1 where segments do not act together, to more where they do. The standard error is
/// that between eight shifts of the sequence.
/// </remarks>
public sealed class SobolIndices() : SegmentMethod("sobol", new(
    "How much of the score's variance each segment takes part in when segments fade into the baseline.",
    "Fel et al., 2021, https://arxiv.org/abs/2111.04138", "samples x (segments + 2) forward passes",
    "at least 0; they add up to 1 where segments do not act together, to more where they do; a standard error",
    [new("segments"), new("samples", "32", "512"), new("baseline", "zeros"), new("seed", "0"), new("standard-error-map", "false"),
        new("tolerance")], Signed: false, NeedsGradient: false), defaultSide: 7)
{
    /// <inheritdoc/>
    public override long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        MaxCopies(request with { Samples = SampleGrowth.FirstRound(request) });

    // All rows are added up after each round, whose numbers grow; each copy makes its row of numbers again.
    /// <inheritdoc/>
    public override long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        base.Operations(request, model, imageShape),
        Saturated.Product(200, MaxSegmentsOf(request), PlannedPoints(request, model, imageShape)),
        request.Tolerance is null ? 0 : Saturated.Product(SampleGrowth.MaxRounds, 8, PlannedPoints(request, model, imageShape)));

    /// <inheritdoc/>
    public override Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var labels = SegmentLabels.Of(context);
        var (copies, row) = (done.Sum(round => round.Scores.Length), labels.Count + 2);
        var rows = SampleGrowth.Next(context, copies / row, () => Estimate(context, labels, done).StandardError);
        return rows == 0 ? null : Evaluate(context, labels, copies, rows * row);
    }

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        Estimate(context, SegmentLabels.Of(context), done);

    /// <inheritdoc/>
    protected override long Copies(ExplanationRequest request, long segments) => Saturated.Product(request.Samples!.Value, segments + 2);

    private protected override CoalitionKind Kind(ExplanationRequest request, long segments) => CoalitionKind.Sobol;

    private static MapEstimate Estimate(MethodContext context, SegmentLabels labels, IReadOnlyList<RoundResult> done)
    {
        float[] scores = [.. done.SelectMany(round => round.Scores)];
        var (values, errors) = Indices(scores, labels.Count);
        var (map, error) = (Spread(context, labels, values), errors is null ? null : Spread(context, labels, errors));
        return new(map)
        {
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    /// <summary>Gets the total index of each segment, and its standard error: that of a ratio of two means over shifts; null for one
    /// row.</summary>
    /// <param name="scores">The scores of whole rows.</param>
    /// <param name="segments">How many segments there are.</param>
    internal static (double[] Values, double[]? Errors) Indices(float[] scores, int segments)
    {
        var (width, rows) = (segments + 2, scores.Length / (segments + 2));
        double mean = 0;
        for (var r = 0; r < rows; r++) mean += ((double)scores[r * width] + scores[(r * width) + 1]) / (2 * rows);
        var (values, errors, spread, variance) = (new double[segments], new double[segments], new double[rows], 0.0);
        for (var r = 0; r < rows; r++)
        {
            var (a, b) = (scores[r * width] - mean, scores[(r * width) + 1] - mean);
            spread[r] = ((a * a) + (b * b)) / 2;
            variance += spread[r] / rows;
        }
        // A score that nothing changes has no variance to share.
        if (variance == 0) return (values, rows < 2 ? null : errors);
        for (var s = 0; s < segments; s++)
        {
            for (var r = 0; r < rows; r++) values[s] += Moved(r, s) / (rows * variance);
            var residuals = new double[Math.Min(rows, SobolDesign.Shifts)];
            for (var r = 0; r < rows; r++) residuals[r % residuals.Length] += Moved(r, s) - (values[s] * spread[r]);
            var shifts = (double)residuals.Length;
            errors[s] = Math.Sqrt(residuals.Sum(v => v * v) * shifts / Math.Max(1, shifts - 1)) / (rows * variance);
        }
        return (values, rows < 2 ? null : errors);

        // Half the square of what the score changes by with the segment's number.
        double Moved(int row, int segment)
        {
            var change = (double)scores[row * width] - scores[(row * width) + 2 + segment];
            return change * change / 2;
        }
    }
}
