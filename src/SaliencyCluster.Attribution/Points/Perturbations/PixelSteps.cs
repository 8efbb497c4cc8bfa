using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>Changes an image pixel by pixel into another in the order of a map, all channels of a pixel at once.</summary>
public static class PixelSteps
{
    /// <summary>
    /// The images of a walk from <paramref name="from"/> to <paramref name="to"/>: <paramref name="steps"/> + 1 of them, the first equal
    /// to <paramref name="from"/>, the last to <paramref name="to"/>, each with about the same number of pixels changed since the one before.
    /// </summary>
    /// <param name="from">Where the walk starts, <c>[C,H,W]</c>.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="order">Pixel indexes, the ones that change first in front.</param>
    /// <param name="steps">At least 1.</param>
    public static IEnumerable<Tensor> Walk(Tensor from, Tensor to, IReadOnlyList<int> order, int steps)
    {
        for (var step = 0; step <= steps; step++)
            yield return Changed(from, to, order.Take(CountAt(step, steps, order.Count)));
    }

    /// <summary>The image with some pixels taken from another.</summary>
    public static Tensor Changed(Tensor image, Tensor replacement, IEnumerable<int> pixels)
    {
        var (channels, height, width) = MapView.SizeOf(image);
        var data = (float[])image.Data.Clone();
        foreach (var pixel in pixels)
            for (var c = 0; c < channels; c++)
                data[(c * height * width) + pixel] = replacement.Data[(c * height * width) + pixel];
        return new(image.Shape, data);
    }

    /// <summary>How many pixels have changed after a step.</summary>
    public static int CountAt(int step, int steps, int pixels) => (int)(((long)step * pixels) / steps);
}
