using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>A layer's channels, each weighed by forward passes of its own and added up, <c>[1,h,w]</c>; no gradients.</summary>
public abstract class ChannelPasses(string name, MethodDescription description) : IAttributionMethod
{
    // The activation as a result and in what is sent.
    private const int Copies = 2;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description => description;

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3)
        {
            yield return MethodErrors.NoPlanes(Name, "needs height and width", model);
            yield break;
        }
        var layer = LayerOf(request, model);
        if (layer.Grid.Count != 2 || layer.Channels < 1 || (layer.Tokens is not null && !Description.TakesTokens))
            yield return new(
                "SAL2022", "layer",
                $"Layer '{layer.Tensor}' has shape [{ShapeText.Of(layer.Shape)}]; "
                    + $"method '{Name}' needs a known number of channels with height and width{(Description.TakesTokens ? "" : ", not tokens")}.",
                "Choose another layer: `saliency models show` lists them.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(1, MorePasses, LayerOf(request, model).Channels);

    // The one pass of the first round fits into any batch; those of the second are many.
    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(MorePasses, LayerOf(request, model).Channels);

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(2, Saturated.Product(Copies, Elements(request, model, imageShape)) / Math.Max(1, Saturated.Elements(imageShape)));

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => Saturated.Sum(
        Saturated.Product(PointOperations(Elements(request, model, imageShape), imageShape), LayerOf(request, model).Channels),
        Elements(request, model, imageShape));

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count switch
    {
        0 => LayerRound.At(
            new() { Map = PointMap.Activation, Recipe = new PointRecipe(), Points = [new Point(1, 1)] }, context.Request),
        1 => Passes(context, done[0].Sum!),
        _ => null,
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var activation = done[0].Sum!;
        var channels = activation.Shape[0];
        // A look at the map before any channel has its score weighs all alike.
        var map = MapOf(activation, done.Count > 1 ? Weights(done[1].Scores) : [.. Enumerable.Repeat(1.0 / channels, channels)]);
        return new(context.Options.Relu == true ? MapArithmetic.Rectified(map) : map);
    }

    /// <summary>Makes the map out of the layer's activation and the weights of its channels.</summary>
    protected virtual Tensor MapOf(Tensor activation, double[] weights)
    {
        int channels = weights.Length, places = activation.Data.Length / channels;
        var sum = new double[places];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < places; i++) sum[i] += weights[c] * activation.Data[c * places + i];
        return new([1, .. activation.Shape[1..]], Array.ConvertAll(sum, v => (float)v));
    }

    /// <summary>Gets how many passes there are beside one for the activation and one for each channel.</summary>
    protected virtual int MorePasses => 0;

    /// <summary>Gets the round of the passes.</summary>
    protected abstract Round Passes(MethodContext context, Tensor activation);

    /// <summary>Gets the weight of each channel from the scores of the passes.</summary>
    protected abstract double[] Weights(float[] scores);

    /// <summary>Says about how many operations building one pass's input takes.</summary>
    protected abstract long PointOperations(long activation, IReadOnlyList<int> imageShape);

    private static LayerInfo LayerOf(ExplanationRequest request, ModelSummary model) => model.Layers.First(l => l.Tensor == request.Layer);

    // A grid that follows the image's size is taken as a quarter of its sides, as early layers of most networks have it.
    private static long Elements(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var layer = LayerOf(request, model);
        return Saturated.Product([layer.Channels, .. layer.Grid.Select((size, d) => size > 0 ? size : Math.Max(1, imageShape[d + 1] / 4))]);
    }
}
