namespace SaliencyCluster.Attribution.Ascents;

/// <summary>What speaks against an image whatever the network says of it. Images have values from 0 to 1; both are means over all
/// values.</summary>
internal static class Regularizers
{
    // A change of a thousandth of the range counts as none.
    private const double Smallest = 1e-6;

    /// <summary>Adds the gradient of <c>weight</c> times the total variation: the mean length of the difference to the neighbours below
    /// and to the right.</summary>
    /// <returns>The total variation times <paramref name="weight"/>.</returns>
    public static double TotalVariation(ReadOnlySpan<double> image, int height, int width, double weight, Span<double> gradient)
    {
        var (sum, scale) = (0.0, weight / image.Length);
        for (var i = 0; weight != 0 && i < image.Length; i++)
        {
            int y = i / width % height, x = i % width;
            var down = y + 1 < height ? image[i + width] - image[i] : 0;
            var right = x + 1 < width ? image[i + 1] - image[i] : 0;
            var length = Math.Sqrt((down * down) + (right * right) + Smallest);
            sum += length;
            gradient[i] -= scale * (down + right) / length;
            if (y + 1 < height) gradient[i + width] += scale * down / length;
            if (x + 1 < width) gradient[i + 1] += scale * right / length;
        }
        return scale * sum;
    }

    /// <summary>Adds the gradient of <c>weight</c> times the mean squared distance to the middle of the range.</summary>
    /// <returns>That distance times <paramref name="weight"/>.</returns>
    public static double Square(ReadOnlySpan<double> image, double weight, Span<double> gradient)
    {
        var (sum, scale) = (0.0, weight / image.Length);
        for (var i = 0; weight != 0 && i < image.Length; i++)
        {
            sum += (image[i] - 0.5) * (image[i] - 0.5);
            gradient[i] += 2 * scale * (image[i] - 0.5);
        }
        return scale * sum;
    }
}
