using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>Noise around a method that takes several rounds or whose map is no sum: whole explanations of noisy images, one after another.</summary>
/// <remarks>
/// Each sample begins with a forward pass that scores its noisy image, then takes the method's own rounds; baselines are those of
/// the clean image, as for <see cref="Smoothed"/>. Only the sums of finished samples are kept. Costs <c>samples</c> times the
/// inner method and one forward pass each; an image's samples wait for each other, so the work spreads over images.
/// </remarks>
public sealed class SmoothedRuns(IAttributionMethod inner, SmoothKind kind, string summary, string paper) : IAttributionMethod
{
    // A value of Gaussian noise is a share of ten rounds of Philox, a logarithm, a root and a sine.
    private const int NoiseOperations = 50;

    // A sample's context follows from its number and score; making it again at each round would make its noise again.
    private readonly ConditionalWeakTable<MethodContext, Sample> _current = [];

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public MethodDescription Description { get; } = NoiseOptions.Describe(inner, kind, summary, paper);

    /// <inheritdoc/>
    public ExplanationRequest Complete(ExplanationRequest request, IReadOnlyList<int> imageShape) => inner.Complete(request, imageShape);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model) =>
        NoiseOptions.Check(request, inner).Concat(inner.Check(Inner(request), model));

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(NoiseOptions.Samples(request, inner), Saturated.Sum(1, inner.PlannedPoints(Inner(request), model, imageShape)));

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        5 + inner.KeptMaps(Inner(request), model, imageShape);

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Product(
        NoiseOptions.Samples(request, inner), Saturated.Sum(
            Saturated.Product(NoiseOperations, Saturated.Elements(imageShape)), inner.Operations(Inner(request), model, imageShape)));

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        inner.FirstRoundPoints(Inner(request), model, imageShape);

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (totals, rounds) = Split(done);
        if (IsEnough(context, totals)) return null;
        var noise = NoiseLevel.Of(context, NoiseOptions.Samples(context.Options, inner));
        var round = rounds.Count > 0
            ? inner.NextRound(ContextOf(context, totals, rounds), [.. rounds.Skip(1)])!
            : new Round { Map = PointMap.None, Recipe = new PointRecipe { Path = PathKind.Ends }, Points = [new Point(1, 0, -1, -1)] };
        return round with
        {
            Recipe = round.Recipe with { Noise = noise },
            Points = [.. round.Points.Select(p => p with { Sample = totals.Samples })],
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoundResult> Condense(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (totals, rounds) = Split(done);
        if (rounds.Count == 0) return done;
        var sample = ContextOf(context, totals, rounds);
        RoundResult[] own = [.. rounds.Skip(1)];
        return inner.NextRound(sample, own) is null
            ? [totals.Add(inner.Finish(sample, own).Map, NoiseOptions.Pairs(context.Options, kind)).Stored] : done;
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var (totals, rounds) = Split(done);
        // A look at the map before the first sample is done.
        if (totals.Samples == 0) return rounds.Count > 1
            ? inner.Finish(ContextOf(context, totals, rounds), [.. rounds.Skip(1)]) : new(Tensor.Zeros(context.Image.Shape));
        var means = totals.Means();
        var map = SmoothStatistics.Map(kind, means);
        if (kind != SmoothKind.Mean) return new(map);
        var error = SmoothStatistics.StandardError(means, totals.Samples / NoiseOptions.Pairs(context.Options, kind));
        return new(map)
        {
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    /// <summary>The tolerance is that of the noise, not of the inner method.</summary>
    private static ExplanationRequest Inner(ExplanationRequest request) => request with { Tolerance = null };

    private bool IsEnough(MethodContext context, SampleTotals totals)
    {
        if (totals.Samples >= NoiseOptions.Samples(context.Options, inner)) return true;
        return context.Options.Tolerance is { } tolerance && totals.Samples > 0 && totals.Samples % SampleGrowth.First == 0
            && Finish(context, [totals.Stored]).StandardError <= tolerance;
    }

    private static (SampleTotals Totals, IReadOnlyList<RoundResult> Rounds) Split(IReadOnlyList<RoundResult> done) =>
        done.Count > 0 && SampleTotals.From(done[0]) is { } totals ? (totals, [.. done.Skip(1)]) : (SampleTotals.None, done);

    private MethodContext ContextOf(MethodContext context, SampleTotals totals, IReadOnlyList<RoundResult> rounds)
    {
        if (_current.TryGetValue(context, out var current) && current.Number == totals.Samples) return current.Context;
        var image = Tensor.Zeros(context.Image.Shape);
        GaussianNoise.AddTo(context.Image.Data, NoiseLevel.Of(context, NoiseOptions.Samples(context.Options, inner)), totals.Samples, image.Data);
        var sample = context with
        {
            Request = context.Request with { Options = Inner(context.Options) },
            Image = image,
            Probe = context.Probe with { ImageScore = rounds[0].Scores[0] },
        };
        _current.AddOrUpdate(context, new(totals.Samples, sample));
        return sample;
    }

    private sealed record Sample(int Number, MethodContext Context);
}
