using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's channels, weighed by the score of the image seen through each of them and added up, <c>[1,h,w]</c>; no gradients.</summary>
/// <remarks>
/// Wang et al., 2020, https://arxiv.org/abs/1910.01279: each channel is enlarged bilinearly and scaled to 0 to 1 by
/// <c>(m - min) / (max - min + 1e-8)</c>, the image is multiplied by it, and the weights are the Softmax over channels of the scores. A score
/// that is taken off all of them alike, such as the paper's of an empty image, changes nothing. As in pytorch-grad-cam the scores are
/// those explained, logits by default. Not rectified by default; the paper does. Costs one forward pass and one per channel.
/// </remarks>
public sealed class ScoreCam : IAttributionMethod
{
    // An element of a mask lies between four places of the grid, and scales a value of the image.
    private const int MaskOperations = 12;

    // The activation as a result and in what is sent.
    private const int Copies = 2;

    /// <inheritdoc/>
    public string Name => "score-cam";

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new(
        "Where on a layer's grid the channels lie through which the image scores high.",
        "Wang et al., 2020, https://arxiv.org/abs/1910.01279", "1 forward pass and 1 per channel of the layer",
        "none; weights are positive, so nothing is evidence against the class", [new("layer", "last-conv"), new("relu", "false")],
        Signed: false, NeedsLayer: true, NeedsGradient: false, HasOffset: true);

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
        {
            yield return MethodErrors.NoPlanes(Name, "masks height and width", model);
            yield break;
        }
        var layer = LayerOf(request, model);
        if (layer.Shape.Count != 3 || Channels(layer) < 1)
            yield return new(
                "SAL2022", "layer",
                $"Layer '{layer.Tensor}' has shape [{ShapeText.Of(layer.Shape)}]; method '{Name}' needs a known number of channels with height and width.",
                "Choose another layer: `saliency models show` lists them.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(1, Channels(LayerOf(request, model)));

    // The one pass of the first round fits into any batch; those of the second are many.
    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Channels(LayerOf(request, model));

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(2, Saturated.Product(Copies, Elements(request, model, imageShape)) / Math.Max(1, Saturated.Elements(imageShape)));

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        Saturated.Product(MaskOperations, Channels(LayerOf(request, model)), imageShape[1], imageShape[2]),
        Elements(request, model, imageShape));

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count switch
    {
        0 => new Round
        {
            Map = PointMap.Activation,
            Layer = context.Options.Layer,
            Recipe = new PointRecipe(),
            Points = [new Point(1, 1)],
        },
        1 => new Round
        {
            Map = PointMap.None,
            Recipe = new PointRecipe { Path = PathKind.ChannelMask, Anchors = [done[0].Sum!] },
            Points = [.. Enumerable.Range(0, done[0].Sum!.Shape[0]).Select(channel => new Point(1, 1, -1, channel))],
        },
        _ => null,
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var activation = done[0].Sum!;
        int channels = activation.Shape[0], places = activation.Data.Length / channels;
        // A look at the map before any channel has its score weighs all alike.
        var weights = Softmax(done.Count > 1 ? done[1].Scores : new float[channels]);
        var sum = new double[places];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < places; i++) sum[i] += weights[c] * activation.Data[c * places + i];
        var map = new Tensor([1, .. activation.Shape[1..]], Array.ConvertAll(sum, v => (float)v));
        return new(context.Options.Relu == true ? MapArithmetic.Rectified(map) : map);
    }

    private static double[] Softmax(float[] scores)
    {
        var most = scores.Max();
        var weights = Array.ConvertAll(scores, s => Math.Exp((double)s - most));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private static LayerInfo LayerOf(ExplanationRequest request, ModelSummary model) => model.Layers.First(l => l.Tensor == request.Layer);

    private static long Channels(LayerInfo layer) => layer.ChannelsLast ? layer.Shape[^1] : layer.Shape[0];

    // A grid that follows the image's size is taken as a quarter of its sides, as early layers of most networks have it.
    private static long Elements(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var layer = LayerOf(request, model);
        var grid = layer.ChannelsLast ? layer.Shape.SkipLast(1) : layer.Shape.Skip(1);
        return Saturated.Product([Channels(layer), .. grid.Select((size, d) => size > 0 ? size : Math.Max(1, imageShape[d + 1] / 4))]);
    }
}
