using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>
/// The image where a channel of a layer is active: the channel enlarged bilinearly, scaled to 0 to 1, times the image. And the layer
/// without a channel.
/// </summary>
internal static class ChannelMaskPath
{
    // Keeps a channel that is the same everywhere from being divided by zero: its mask is 0.
    private const double LeastRange = 1e-8;

    public static void Build(ReadOnlySpan<float> image, int[] imageShape, Tensor activation, int channel, Span<float> destination)
    {
        int height = activation.Shape[1], width = activation.Shape[2], places = height * width;
        var coarse = new Tensor([1, height, width], activation.Data.AsSpan(channel * places, places).ToArray());
        var mask = Resizing.To(coarse, imageShape[1], imageShape[2]).Data;
        double least = TensorPrimitives.Min<float>(mask), range = TensorPrimitives.Max<float>(mask) - least + LeastRange;
        for (var i = 0; i < mask.Length; i++) mask[i] = (float)((mask[i] - least) / range);
        for (var first = 0; first < image.Length; first += mask.Length)
            TensorPrimitives.Multiply(image.Slice(first, mask.Length), mask, destination.Slice(first, mask.Length));
    }

    /// <summary>Writes an activation with a channel zero; whole where there is no channel of that number.</summary>
    public static void BuildWithout(Tensor activation, int channel, Span<float> destination)
    {
        activation.Data.CopyTo(destination);
        if (channel < 0) return;
        var places = activation.Data.Length / activation.Shape[0];
        destination.Slice(channel * places, places).Clear();
    }
}
