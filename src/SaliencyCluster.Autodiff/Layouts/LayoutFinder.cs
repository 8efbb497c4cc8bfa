using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>
/// Finds which axis of the image holds channels: follows the image's axes through transpositions, normalisation, padding and casts
/// to the first operator that reads axis 1 as channels. Needs no shapes, so it works on models whose sizes are free.
/// </summary>
internal static class LayoutFinder
{
    private const int ImageRank = 4;
    private const int MaxChannels = 4; // grey, with opacity, colour, colour with opacity

    /// <summary>Looks a model over; where nothing reads channels, the shape decides: a last dimension of 1, 3 or 4 behind larger ones is one of channels.</summary>
    public static FoundLayout Find(OnnxModel model)
    {
        var image = Forward.DeclaredImage.DeclaredShape(model);
        if (image.Length != ImageRank - 1) return new(ImageLayout.ChannelsFirst, null, null);
        var weights = new Weights(model.Proto.Graph);
        var axes = new Dictionary<string, AxisTrace> { [model.ImageInput] = AxisTrace.Of(image, model.HasBatch) };
        foreach (var node in model.Proto.Graph.Node)
        {
            if (node.Input.FirstOrDefault(axes.ContainsKey) is not { } input) continue;
            var trace = axes[input];
            if (ChannelReaders.Reads(node) && trace.Axes is [_, 1 or ImageRank - 1, ..])
                return new(trace.Axes[1] == 1
                    ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast, node.Name.Length > 0 ? node.Name : node.OpType, ChannelReaders.Channels(node, weights));
            if (AxisRules.Follow(node, trace, weights) is not { } followed) continue;
            foreach (var output in node.Output) axes[output] = followed;
        }
        return new(LooksLast(image) ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst, null, null);
    }

    private static bool LooksLast(long[] image) => image[2] is > 0 and <= MaxChannels and not 2 && IsSide(image[0]) && IsSide(image[1]);

    private static bool IsSide(long size) => size is < 0 or > MaxChannels;
}
