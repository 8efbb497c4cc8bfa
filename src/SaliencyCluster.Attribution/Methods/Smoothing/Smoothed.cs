using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>Noise around a method: its map at <c>samples</c> noisy copies of the image, then mean, mean square or variance.</summary>
/// <remarks>
/// Each sample sees its own noisy image everywhere: gradient times input multiplies by it, integrated gradients ends its path
/// there (Captum's NoiseTunnel). Noise is defined in docs/noise.md. Costs <c>samples</c> times the inner method.
/// </remarks>
public sealed class Smoothed(string name, ISampleMethod inner, SmoothKind kind, string summary, string paper) : IAttributionMethod
{
    // Sums and squares of the rounds that a tolerance takes, each at most thrice what was there before.
    private const int SampleRounds = 2 * SampleGrowth.MaxRounds;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description { get; } = NoiseOptions.Describe(inner, kind, summary, paper);

    /// <inheritdoc/>
    public string WhyNotSmoothed => "it is a mean over noisy images already, and noise around noise is noise of a greater `stdev`";

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        foreach (var error in NoiseOptions.Check(request, inner)) yield return error;
        if (kind != SmoothKind.Mean && inner.Rectifies(request))
            yield return new("SAL2003", "relu", $"The sums of squares of '{inner.Name}' are those of signed maps, but 'relu' is true.", "Give `--relu false`, or `--smooth smoothgrad`.");
        foreach (var error in inner.Check(request, model)) yield return error;
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(request.Samples!.Value, inner.PlannedPoints(request, model, imageShape));

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        SampleRounds + inner.KeptMaps(request, model, imageShape);

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => request.Tolerance is null
        ? PlannedPoints(request, model, imageShape)
        : Saturated.Product(Math.Min(request.Samples!.Value, SampleGrowth.First), inner.PlannedPoints(request, model, imageShape));

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var sample = inner.Sample(context);
        var taken = Taken(done, sample.Points.Count);
        var count = Wanted(context, done, taken.Sum());
        if (count == 0) return null;
        var points =
            from s in Enumerable.Range(taken.Sum(), count)
            from point in sample.Points
            select point with { Sample = s, Weight = point.Weight / count };
        var pairs = NoiseOptions.Pairs(context.Options, kind);
        return sample with
        {
            Recipe = sample.Recipe with { Noise = NoiseLevel.Of(context, context.Options.Samples!.Value) },
            Points = [.. points],
            Squares = true,
            PointsPerSample = sample.Points.Count * pairs,
            SampleWeight = (float)pairs / count,
        };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var taken = Taken(done, inner.Sample(context).Points.Count);
        var sums = SampleGrowth.Combine(done, taken);
        var map = SmoothStatistics.Map(kind, sums);
        if (kind != SmoothKind.Mean) return new(map);
        var error = SmoothStatistics.StandardError(sums, taken.Sum() / NoiseOptions.Pairs(context.Options, kind));
        return new(inner.Rectifies(context.Options) ? MapArithmetic.Rectified(map) : map)
        {
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    private static int[] Taken(IReadOnlyList<RoundResult> done, int pointsPerSample) =>
        [.. done.Select(round => round.Scores.Length / pointsPerSample)];

    /// <summary>How many samples the next round takes; 0 ends the run.</summary>
    private int Wanted(MethodContext context, IReadOnlyList<RoundResult> done, int taken)
    {
        var most = context.Options.Samples!.Value;
        if (context.Options.Tolerance is not { } tolerance) return done.Count == 0 ? most : 0;
        return SampleGrowth.Next(taken, most, done.Count == 0 ? null : Finish(context, done).StandardError, tolerance);
    }
}
