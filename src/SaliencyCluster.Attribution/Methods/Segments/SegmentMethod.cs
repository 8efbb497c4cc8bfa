using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
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
        if (SegmentGrid.ParseSide(request.Segments!) is not { } side)
        {
            yield return new(
                "SAL2003", "segments", $"Option 'segments' is '{Echo.Of(request.Segments!)}'; it must be grid:N with N from 1 to {SegmentGrid.MaxSide}.",
                "For 3 x 3 segments give 'grid:3'.");
            yield break;
        }
        if (model.ImageShape.Skip(1).Any(size => size > 0 && size < side))
        {
            yield return new(
                "SAL2003", "segments", $"A grid of {side} x {side} segments does not fit an image of shape [{ShapeText.Of(model.ImageShape)}].",
                "Give fewer segments than pixels along each side.");
        }
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Copies(request);

    /// <inheritdoc/>
    public virtual long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Copies(request);

    /// <inheritdoc/>
    public virtual long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 2;

    /// <inheritdoc/>
    public virtual long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product(4, Copies(request), imageShape[1], imageShape[2]);

    /// <inheritdoc/>
    public virtual Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        done.Count > 0 ? null : Evaluate(context, 0, checked((int)Copies(context.Options)));

    /// <summary>Gets a round of some of the copies.</summary>
    protected Round Evaluate(MethodContext context, int first, int count) => new()
    {
        Map = PointMap.None,
        Recipe = new PointRecipe
        {
            Path = PathKind.Coalition,
            Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
            Parameters = [.. CoalitionsOf(context).Parameters, Side(context.Options)],
        },
        Points = [.. Enumerable.Range(first, count).Select(copy => new Point(1, 1, -1, copy))],
    };

    /// <inheritdoc/>
    public abstract MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done);

    /// <summary>Says how many copies of the image are evaluated.</summary>
    protected abstract long Copies(ExplanationRequest request);

    /// <summary>Says which segments the copies have.</summary>
    private protected abstract CoalitionKind Kind(ExplanationRequest request);

    private protected static int Side(ExplanationRequest request) => SegmentGrid.ParseSide(request.Segments!)!.Value;

    /// <summary>Gets how many segments there are.</summary>
    protected static long Count(ExplanationRequest request) => (long)Side(request) * Side(request);

    private protected Coalitions CoalitionsOf(MethodContext context) => new(
        Kind(context.Options), (int)Count(context.Options), context.Options.Samples ?? 0, context.Options.Seed!.Value, context.ImageIndex);

    /// <summary>Gives every pixel the value of its segment.</summary>
    private protected static Tensor Spread(MethodContext context, double[] values)
    {
        var map = Tensor.Zeros(context.Image.Shape);
        var labels = new SegmentGrid(Side(context.Options), map.Shape[1], map.Shape[2]).Labels();
        for (var i = 0; i < map.Data.Length; i++) map.Data[i] = (float)values[labels[i % labels.Length]];
        return map;
    }
}
