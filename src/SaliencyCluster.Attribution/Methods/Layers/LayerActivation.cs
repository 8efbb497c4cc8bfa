using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>No attribution: what a layer holds for the image, all channels, <c>[channels,h,w]</c>.</summary>
public sealed class LayerActivation() : OnePointMethod(MethodName, new(
    "What a layer holds for the image, channel by channel.", "", "1 forward pass", "", [new("layer", "last-conv")], NeedsLayer: true,
        NeedsGradient: false))
{
    /// <summary>The name by which requests ask for it.</summary>
    public const string MethodName = "activation";

    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => LayerRound.At(AtImage(PointMap.Activation), context.Request);
}

/// <summary>No map of the image: what of the score is lost without each channel of a layer, <c>[channels,1,1]</c>.</summary>
/// <remarks>The passes of Ablation-CAM; only what lies behind the layer is computed for a channel.</remarks>
public sealed class ChannelAblation() : AblationPasses(MethodName, new(
    "What of the score is lost without each channel of a layer.",
        "Desai and Ramaswamy, 2020, https://doi.org/10.1109/WACV45572.2020.9093360",
    "1 forward pass, and 1 per channel of the layer of what lies behind it", "", [new("layer", "last-conv")], NeedsLayer: true,
        NeedsGradient: false, TakesTokens: false))
{
    /// <summary>The name by which requests ask for it.</summary>
    public const string MethodName = "channel-ablation";

    /// <inheritdoc/>
    protected override double[] Weights(float[] scores) => [.. scores.Skip(1).Select(s => (double)scores[0] - s)];

    /// <inheritdoc/>
    protected override Tensor MapOf(Tensor activation, double[] weights) => new([weights.Length, 1, 1], Array.ConvertAll(weights, w =>
        (float)w));
}
