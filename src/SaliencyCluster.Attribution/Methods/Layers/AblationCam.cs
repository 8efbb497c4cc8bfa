using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layer's channels, weighed by the share of the score that is lost without each of them and added up, <c>[1,h,w]</c>; no
/// gradients.</summary>
/// <remarks>
/// Desai and Ramaswamy, 2020, https://doi.org/10.1109/WACV45572.2020.9093360: the weight of a channel is <c>(score - score without it) /
/// score</c>, as in pytorch-grad-cam; not divided where the score is 0. Signed by default; the paper rectifies. Only what lies behind the
/// layer is computed for a channel. Costs one forward pass, and one of that part for each channel and for all of them.
/// </remarks>
public sealed class AblationCam() : AblationPasses("ablation-cam", new(
    "Where on a layer's grid the channels lie without which the score falls.",
    "Desai and Ramaswamy, 2020, https://doi.org/10.1109/WACV45572.2020.9093360",
    "1 forward pass, and 1 per channel of the layer of what lies behind it",
    "what channels add to the score, for networks that are linear behind the layer", [new("layer", "last-conv"), new("relu", "false")],
    NeedsLayer: true, NeedsGradient: false, TakesTokens: false))
{
    /// <inheritdoc/>
    protected override double[] Weights(float[] scores)
    {
        double whole = scores[0];
        return [.. scores.Skip(1).Select(s => (whole - s) / (whole == 0 ? 1 : whole))];
    }
}

/// <summary>Passes of what lies behind a layer, with all of its activation and without each channel of it.</summary>
public abstract class AblationPasses(string name, MethodDescription description) : ChannelPasses(name, description)
{
    /// <inheritdoc/>
    protected override int MorePasses => 1;

    /// <inheritdoc/>
    protected override Round Passes(MethodContext context, Tensor activation) => new()
    {
        Map = PointMap.None,
        Layer = context.Options.Layer,
        BehindLayer = true,
        Recipe = new PointRecipe { Path = PathKind.WithoutChannel, Multiplier = MultiplierKind.Image, Anchors = [activation] },
        // The whole activation through the same graph: what is lost is then not what two graphs round differently.
        Points = [.. Enumerable.Range(-1, activation.Shape[0] + 1).Select(channel => new Point(1, 1, -1, channel))],
    };

    /// <inheritdoc/>
    protected override long PointOperations(long activation, IReadOnlyList<int> imageShape) => activation;
}
