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
    private const int MaxColours = 4; // grey, with opacity, colour, colour with opacity
    private const int MaxBands = 16; // of a satellite

    /// <summary>Looks a model over; where nothing reads channels, the shape decides: a last dimension of up to 16 behind larger ones is one of channels.</summary>
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
            if (input == node.Input[0] && ChannelReaders.Of(node, trace.Axes.Length, weights) is { } reads && AsRead(trace, reads, image) is { } layout)
                return new(layout, node.Name.Length > 0 ? node.Name : node.OpType, reads.Channels);
            if (AxisRules.Follow(node, trace, weights) is not { } followed) continue;
            foreach (var output in node.Output) axes[output] = followed;
        }
        return new(LooksLast(image) ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst, null, null);
    }

    private static ImageLayout? AsRead(AxisTrace trace, (int Axis, long? Channels) reads, long[] image) => trace.Axes.ElementAtOrDefault(reads.Axis) switch
    {
        // A dense layer over what stands last may as well be one over the rows of an image with channels first.
        ImageRank - 1 when reads.Axis > 1 && !LooksLast(image) && (IsColours(image[0]) || reads.Channels is null or > MaxColours) => null,
        ImageRank - 1 => ImageLayout.ChannelsLast,
        1 => ImageLayout.ChannelsFirst,
        _ => null,
    };

    private static bool LooksLast(long[] image) => image[2] is > 0 and <= MaxBands && IsSide(image[0], image[2]) && IsSide(image[1], image[2]);

    private static bool IsColours(long size) => size is > 0 and <= MaxColours;

    private static bool IsSide(long size, long channels) => size < 0 || size > Math.Max(channels, MaxColours);
}
