using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>Integrated gradients over a random baseline and a random place on each path (GradientSHAP without input noise).</summary>
/// <remarks>
/// Erion et al., 2021, https://arxiv.org/abs/1906.10670; Lundberg and Lee, 2017, https://arxiv.org/abs/1705.07874. Unbiased for any
/// number of samples, so the standard error is the whole error. Costs <c>samples</c> gradients.
/// </remarks>
public sealed class ExpectedGradients : IAttributionMethod
{
    private const uint Stream = 5; // of the counter, see docs/noise.md

    /// <inheritdoc/>
    public string Name => "expected-gradients";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "Integrated gradients, averaged over a set of baselines by random sampling.",
        "Erion et al., 2021, https://arxiv.org/abs/1906.10670", "samples gradients",
        "completeness in expectation, with a standard error",
        [new("samples", "50", "1024"), new("baseline", "zeros,mean,ones"), new("seed", "0"), new("standard-error-map", "false"),
            new("tolerance")]);

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Samples!.Value;

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        SampleGrowth.FirstRound(request);

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        request.Tolerance is null ? 2 : 2 * SampleGrowth.MaxRounds;

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var taken = done.Sum(round => round.Scores.Length);
        var samples = SampleGrowth.Next(context, taken, () => Finish(context, done).StandardError);
        if (samples == 0) return null;
        return new Round
        {
            Map = PointMap.Gradient,
            Squares = true,
            Recipe = new PointRecipe
            {
                Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
                Multiplier = MultiplierKind.Difference,
            },
            Points = [.. Enumerable.Range(taken, samples).Select(s => Draw(context, s, samples))],
        };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        int[] taken = [.. done.Select(round => round.Scores.Length)];
        var sums = SampleGrowth.Combine(done, taken);
        var map = sums.Sum!;
        var error = SmoothStatistics.StandardError(sums, taken.Sum());
        return new(map)
        {
            ConvergenceDelta = Completeness.Delta(map, context.Probe),
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    private static Point Draw(MethodContext context, int sample, int samples)
    {
        var seed = context.Options.Seed!.Value;
        var (r0, r1, _, _) = Philox.Block(0, (uint)sample, context.ImageIndex, Stream, (uint)seed, (uint)(seed >> 32));
        var variant = (int)((ulong)r1 * (ulong)context.Baselines.Count >> 32);
        return new((r0 + 0.5) / 4294967296, 1f / samples, -1, variant);
    }
}
