using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Reporting;

/// <summary>Draws maps and images as small PNG files inside the page.</summary>
internal static class MapPicture
{
    // The share of pixels that saturate: PAIR's 99th percentile.
    private const double Saturated = 0.01;

    /// <summary>A map, signs kept: red speaks for the class, blue against it; maps without signs are black on white.</summary>
    public static string OfMap(Tensor map)
    {
        var plane = MapView.Signed(map);
        double[] sorted = [.. plane.Values.Select(Math.Abs).Order()];
        var most = sorted[(int)((1 - Saturated) * (sorted.Length - 1))];
        if (most == 0) most = sorted[^1] == 0 ? 1 : sorted[^1];
        var signed = plane.Values.Any(v => v < 0);
        return Png(plane.Height, plane.Width, i =>
        {
            var strength = Math.Clamp(plane.Values[i] / most, -1, 1);
            var fade = (byte)Math.Round(255 * (1 - Math.Abs(strength)));
            return !signed ? (fade, fade, fade) : strength > 0 ? ((byte)255, fade, fade) : (fade, fade, (byte)255);
        });
    }

    /// <summary>A preprocessed image, scaled so that its least value is black and its greatest white.</summary>
    public static string OfImage(Tensor image)
    {
        var channels = MapView.Scaled(image);
        byte At(int channel, int i) => (byte)Math.Round(255 * channels[Math.Min(channel, channels.Length - 1)].Values[i]);
        return Png(channels[0].Height, channels[0].Width, i => (At(0, i), At(1, i), At(2, i)));
    }

    private static string Png(int height, int width, Func<int, (byte Red, byte Green, byte Blue)> color)
    {
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < height * width; i++) (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = color(i);
        return "data:image/png;base64," + Convert.ToBase64String(PictureEncoder.Png(new PixelImage(height, width, rgb)));
    }
}
