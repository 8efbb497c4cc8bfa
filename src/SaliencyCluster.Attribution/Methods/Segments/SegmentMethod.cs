using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>A method that takes segments of the image away: one value for each segment, the same for all its pixels and channels.</summary>
public abstract class SegmentMethod(string name, MethodDescription description, int defaultSide) : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description => description;

    /// <inheritdoc/>
    public ExplanationRequest Complete(ExplanationRequest request, IReadOnlyList<int> imageShape) => request with
    {
        Segments = request.Segments ?? $"grid:{(imageShape.Count == 3 ? Math.Clamp(Math.Min(imageShape[1], imageShape[2]), 1, defaultSide) : defaultSide)}",
    };

    /// <inheritdoc/>
    public virtual IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
        {
            yield return MethodErrors.NoPlanes(Name, "cuts height and width into segments", model);
            yield break;
        }
        if (BaselineSpec.Recipes(request, 0).Count > 1) yield return MethodErrors.SeveralBaselines(Name, "replaces segments by", request);
        if (SegmentSpec.Parse(request.Segments!) is not { } cut)
        {
            yield return new(
                "SAL2003", "segments",
                $"Option 'segments' is '{Echo.Of(request.Segments!)}'; it must be grid:N with N from 1 to "
                    + $"{SegmentSpec.MaxSide}, slic:N with N from 2 to {SegmentSpec.MaxSegments}, felzenszwalb:SCALE with SCALE from 1 to "
                    + "1000000, or a .npy or .png file of segment numbers.",
                "For 3 x 3 segments give 'grid:3'.");
            yield break;
        }
        var (kind, number) = cut;
        if (kind == SegmentKind.Grid && model.ImageShape.Skip(1).Any(size => size > 0 && size < number))
        {
            yield return new(
                "SAL2003", "segments",
                    $"A grid of {number} x {number} segments does not fit an image of shape [{ShapeText.Of(model.ImageShape)}].",
                "Give fewer segments than pixels along each side.");
            yield break;
        }
        if (kind == SegmentKind.Grid && Unfit(request, (int)(number * number)) is { } error) yield return error;
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        MaxCopies(request);

    /// <inheritdoc/>
    public virtual long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        PlannedPoints(request, model, imageShape);

    // Segments travel as a map.
    /// <inheritdoc/>
    public virtual long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 3;

    /// <inheritdoc/>
    public virtual long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        Saturated.Product(4, PlannedPoints(request, model, imageShape), imageShape[1], imageShape[2]),
        Saturated.Product(2 * Smoothing.SampleGrowth.MaxRounds, SegmentLabels.Operations(request, imageShape)));

    /// <inheritdoc/>
    public virtual Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (done.Count > 0) return null;
        var labels = SegmentLabels.Of(context);
        return Evaluate(context, labels, 0, checked((int)Copies(context.Options, labels.Count)));
    }

    /// <summary>Gets a round of some of the copies.</summary>
    private protected Round Evaluate(MethodContext context, SegmentLabels labels, int first, int count)
    {
        if (Unfit(context.Options, labels.Count) is { } error) throw new RequestException([error]);
        var (kind, number) = SegmentSpec.Parse(context.Options.Segments!)!.Value;
        var isGrid = kind == SegmentKind.Grid;
        return new()
        {
            Map = PointMap.None,
            Recipe = new PointRecipe
            {
                Path = PathKind.Coalition,
                Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
                Parameters = [.. CoalitionsOf(context, labels).Parameters, isGrid ? number : 0],
                Anchors = isGrid ? [] : [new([1, .. context.Image.Shape[1..]], Array.ConvertAll(labels.Numbers, n => (float)n))],
            },
            Points = [.. Enumerable.Range(first, count).Select(copy => new Point(1, 1, -1, copy))],
        };
    }

    /// <inheritdoc/>
    public abstract MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done);

    /// <summary>Says how many copies of the image are evaluated.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="segments">How many segments there are.</param>
    protected abstract long Copies(ExplanationRequest request, long segments);

    /// <summary>Says how many copies there may be at the most where there are at most so many segments.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="segments">The most segments.</param>
    protected virtual long MaxCopies(ExplanationRequest request, long segments) => Copies(request, segments);

    /// <summary>Says how many copies there may be at the most, before the image is known: of a grid, how many there are.</summary>
    protected long MaxCopies(ExplanationRequest request) => SegmentSpec.Parse(request.Segments!)!.Value.Kind == SegmentKind.Grid
        ? Copies(request, MaxSegmentsOf(request)) : MaxCopies(request, MaxSegmentsOf(request));

    /// <summary>Says why a request does not suit a number of segments; null where it does.</summary>
    protected virtual RequestError? Unfit(ExplanationRequest request, int segments) => null;

    /// <summary>Says which segments the copies have.</summary>
    private protected abstract CoalitionKind Kind(ExplanationRequest request, long segments);

    /// <summary>Says how many segments there may be at the most, before the image is known.</summary>
    protected static long MaxSegmentsOf(ExplanationRequest request) => SegmentSpec.Parse(request.Segments!)!.Value switch
    {
        (SegmentKind.Grid, var side) => (long)side * (long)side,
        (SegmentKind.Slic, var most) => (long)most,
        _ => SegmentSpec.MaxSegments,
    };

    private protected Coalitions CoalitionsOf(MethodContext context, SegmentLabels labels) => new(
        Kind(context.Options, labels.Count), labels.Count, context.Options.Samples ?? 0, context.Options.Seed!.Value, context.ImageIndex);

    /// <summary>Gives every pixel the value of its segment.</summary>
    private protected static Tensor Spread(MethodContext context, SegmentLabels labels, double[] values)
    {
        var map = Tensor.Zeros(context.Image.Shape);
        for (var i = 0; i < map.Data.Length; i++) map.Data[i] = (float)values[labels.Numbers[i % labels.Numbers.Length]];
        return map;
    }
}
