using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Imaging;

/// <summary>Brings pictures to a size, in Pillow's arithmetic: <see cref="Resampling"/>.</summary>
public static class PixelResizing
{
    /// <summary>Stretches a picture to a size; one of the right size is returned as it is.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="height">Rows to make.</param>
    /// <param name="width">Columns to make.</param>
    /// <param name="interpolation">How pixels between pixels are made.</param>
    public static PixelImage To(PixelImage picture, int height, int width, Interpolation interpolation = Interpolation.Bilinear)
    {
        if (picture.Width != width) picture = Rows(picture, width, Resampling.Of(interpolation, picture.Width, width));
        return picture.Height == height ? picture : Columns(picture, height, Resampling.Of(interpolation, picture.Height, height));
    }

    private static PixelImage Rows(PixelImage picture, int width, Resampling.Weights[] weights)
    {
        var result = new byte[3 * picture.Height * width];
        var deep = picture.Grey16 is null ? null : new ushort[picture.Height * width];
        // Row by row, as both pictures lie in memory.
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (first, exact, fixedPoint) = weights[x];
                var start = (y * picture.Width) + first;
                for (var c = 0; c < 3; c++) result[3 * ((y * width) + x) + c] = Resampling.Sum(picture.Rgb, (3 * start) + c, 3, fixedPoint);
                if (deep is not null) deep[(y * width) + x] = Sum16(picture.Grey16!, start, 1, exact);
            }
        }
        return new(picture.Height, width, result) { Grey16 = deep };
    }

    private static PixelImage Columns(PixelImage picture, int height, Resampling.Weights[] weights)
    {
        var width = picture.Width;
        var result = new byte[3 * height * width];
        var deep = picture.Grey16 is null ? null : new ushort[height * width];
        for (var y = 0; y < height; y++)
        {
            var (first, exact, fixedPoint) = weights[y];
            for (var i = 0; i < 3 * width; i++) result[(3 * y * width) + i] = Resampling.Sum(
                picture.Rgb, (3 * first * width) + i, 3 * width, fixedPoint);
            for (var x = 0; deep is not null && x < width; x++) deep[(y * width) + x] = Sum16(
                picture.Grey16!, (first * width) + x, width, exact);
        }
        return new(height, width, result) { Grey16 = deep };
    }

    private static ushort Sum16(ushort[] source, int start, int step, double[] weights)
    {
        var sum = 0.5;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * source[start + (i * step)];
        return (ushort)Math.Clamp(sum, 0, ushort.MaxValue);
    }
}
