using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's channels, weighed by the score of the image seen through each of them and added up, <c>[1,h,w]</c>; no gradients.</summary>
/// <remarks>
/// Wang et al., 2020, https://arxiv.org/abs/1910.01279: each channel is enlarged bilinearly and scaled to 0 to 1 by
/// <c>(m - min) / (max - min + 1e-8)</c>, the image is multiplied by it, and the weights are the Softmax over channels of the scores. A score
/// that is taken off all of them alike, such as the paper's of an empty image, changes nothing. As in pytorch-grad-cam the scores are
/// those explained, logits by default. Not rectified by default; the paper does. Costs one forward pass and one per channel.
/// </remarks>
public sealed class ScoreCam() : ChannelPasses("score-cam", new(
    "Where on a layer's grid the channels lie through which the image scores high.",
    "Wang et al., 2020, https://arxiv.org/abs/1910.01279", "1 forward pass and 1 per channel of the layer",
    "none; weights are positive, so nothing is evidence against the class", [new("layer", "last-conv"), new("relu", "false")],
    Signed: false, NeedsLayer: true, NeedsGradient: false, HasOffset: true))
{
    // An element of a mask lies between four places of the grid, and scales a value of the image.
    private const int MaskOperations = 12;

    /// <inheritdoc/>
    protected override Round Passes(MethodContext context, Tensor activation) => new()
    {
        Map = PointMap.None,
        Recipe = new PointRecipe { Path = PathKind.ChannelMask, Anchors = [activation] },
        Points = [.. Enumerable.Range(0, activation.Shape[0]).Select(channel => new Point(1, 1, -1, channel))],
    };

    /// <inheritdoc/>
    protected override double[] Weights(float[] scores)
    {
        var most = scores.Max();
        var weights = Array.ConvertAll(scores, s => Math.Exp((double)s - most));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    /// <inheritdoc/>
    protected override long PointOperations(long activation, IReadOnlyList<int> imageShape) =>
        Saturated.Product(MaskOperations, imageShape[1], imageShape[2]);
}
