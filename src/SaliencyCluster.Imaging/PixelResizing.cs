namespace SaliencyCluster.Imaging;

/// <summary>
/// Brings pictures to a model's size: bilinear with half-pixel centres; where it shrinks, the triangle widens with the
/// scale, so that every pixel counts (as Pillow's <c>BILINEAR</c>). Rounded to 8 bits after each direction, as there.
/// </summary>
public static class PixelResizing
{
    /// <summary>Stretches a picture to a size; one of the right size is returned as it is.</summary>
    public static PixelImage To(PixelImage picture, int height, int width)
    {
        if (picture.Width != width) picture = new(picture.Height, width, Rows(picture, width));
        return picture.Height == height ? picture : new(height, picture.Width, Columns(picture, height));
    }

    private static byte[] Rows(PixelImage picture, int width)
    {
        var result = new byte[3 * picture.Height * width];
        var triangles = Enumerable.Range(0, width).Select(x => Triangle(x, picture.Width, width)).ToArray();
        // Row by row, as both pictures lie in memory.
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (first, weights) = triangles[x];
                for (var c = 0; c < 3; c++) result[3 * (y * width + x) + c] = Sum(picture.Rgb, 3 * (y * picture.Width + first) + c, 3, weights);
            }
        }
        return result;
    }

    private static byte[] Columns(PixelImage picture, int height)
    {
        var result = new byte[3 * height * picture.Width];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = Triangle(y, picture.Height, height);
            for (var i = 0; i < 3 * picture.Width; i++)
                result[3 * y * picture.Width + i] = Sum(picture.Rgb, 3 * first * picture.Width + i, 3 * picture.Width, weights);
        }
        return result;
    }

    private static byte Sum(byte[] source, int start, int step, double[] weights)
    {
        var sum = 0.5;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * source[start + i * step];
        return (byte)Math.Clamp(sum, 0, 255);
    }

    private static (int First, double[] Weights) Triangle(int target, int from, int to)
    {
        var scale = (double)from / to;
        var support = Math.Max(1, scale);
        var centre = (target + 0.5) * scale;
        var first = Math.Max(0, (int)(centre - support + 0.5));
        var end = Math.Min(from, (int)(centre + support + 0.5));
        var weights = new double[end - first];
        for (var i = 0; i < weights.Length; i++) weights[i] = Math.Max(0, 1 - Math.Abs((first + i + 0.5 - centre) / support));
        var total = weights.Sum();
        return (first, Array.ConvertAll(weights, w => w / total));
    }
}
