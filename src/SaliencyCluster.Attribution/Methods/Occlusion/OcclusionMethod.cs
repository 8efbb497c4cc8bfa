using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Occlusion;

/// <summary>How much the score falls when a window is replaced by the baseline, averaged over the windows that cover a pixel.</summary>
/// <remarks>
/// Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901, with Captum's average over overlapping windows. A window spans
/// all channels. Costs one forward pass per window and needs no gradients.
/// </remarks>
public sealed class OcclusionMethod : IAttributionMethod
{
    /// <inheritdoc/>
    public string Name => "occlusion";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "How much the score falls when a window is covered.",
        "Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901", "1 forward pass per window",
        "weight times difference, for linear models", [new("window"), new("stride"), new("baseline", "zeros"), new("seed", "0")],
        NeedsGradient: false);

    /// <inheritdoc/>
    public ExplanationRequest Complete(ExplanationRequest request, IReadOnlyList<int> imageShape)
    {
        if (imageShape.Count != 3) return request; // refused by Check
        // An eighth of the image, moved by half its size: about 225 windows whatever the resolution.
        var window = request.Window ?? [Math.Max(1, imageShape[1] / 8), Math.Max(1, imageShape[2] / 8)];
        return request with { Window = window, Stride = request.Stride ?? [.. window.Select(w => Math.Max(1, w / 2))] };
    }

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
        {
            yield return MethodErrors.NoPlanes(Name, "slides a window over height and width", model);
            yield break;
        }
        if (BaselineSpec.Recipes(request, 0).Count > 1)
            yield return MethodErrors.SeveralBaselines(Name, "replaces windows by", request);
        for (var d = 0; d < 2; d++)
        {
            var (size, window, stride) = (model.ImageShape[d + 1], request.Window![d], request.Stride![d]);
            var axis = d == 0 ? "height" : "width";
            if (size > 0 && window > size)
                yield return new("SAL2003", "window", $"The window's {axis} is {window}, the image's {size}.", "Give a window that fits into the image.");
            else if (stride > window && window != size)
                yield return new("SAL2003", "stride", $"The stride's {axis} is {stride}, the window's {window}: pixels between windows would never be covered.", "Give a stride that is at most the window.");
        }
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Grid(request, imageShape).Total;

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Product(
        Grid(request, imageShape).Total, Math.Min(request.Window![0], imageShape[1]), Math.Min(request.Window[1], imageShape[2]));

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (done.Count > 0) return null;
        var grid = Grid(context.Options, context.Image.Shape);
        return new Round
        {
            Map = PointMap.None,
            Recipe = new PointRecipe
            {
                Path = PathKind.Occlusion,
                Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
                Parameters = grid.Parameters,
            },
            Points = [.. Enumerable.Range(0, grid.Count).Select(window => new Point(1, 1, -1, window))],
        };
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var grid = Grid(context.Options, context.Image.Shape);
        var (sum, cover) = (new double[grid.Height * grid.Width], new int[grid.Height * grid.Width]);
        for (var window = 0; window < grid.Count; window++)
        {
            var fall = (double)context.Probe.ImageScore - done[0].Scores[window];
            var (top, bottom, left, right) = grid.Window(window);
            for (var y = top; y < bottom; y++)
            {
                for (var x = left; x < right; x++)
                {
                    sum[y * grid.Width + x] += fall;
                    cover[y * grid.Width + x]++;
                }
            }
        }
        var map = Tensor.Zeros(context.Image.Shape);
        for (var i = 0; i < map.Data.Length; i++) map.Data[i] = (float)(sum[i % sum.Length] / cover[i % sum.Length]);
        return new(map);
    }

    private static OcclusionGrid Grid(ExplanationRequest request, IReadOnlyList<int> imageShape) => new(
        imageShape[1], imageShape[2], request.Window![0], request.Window[1], request.Stride![0], request.Stride[1]);
}
