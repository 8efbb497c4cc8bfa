using SaliencyCluster.Attribution.Evidence.Maps;
using SkiaSharp;

namespace SaliencyCluster.Attribution.Evidence.Report;

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
            return !signed ? new SKColor(fade, fade, fade) : strength > 0 ? new SKColor(255, fade, fade) : new SKColor(fade, fade, 255);
        });
    }

    /// <summary>A preprocessed image, scaled so that its least value is black and its greatest white.</summary>
    public static string OfImage(Tensor image)
    {
        var channels = MapView.Scaled(image);
        byte At(int channel, int i) => (byte)Math.Round(255 * channels[Math.Min(channel, channels.Length - 1)].Values[i]);
        return Png(channels[0].Height, channels[0].Width, i => new SKColor(At(0, i), At(1, i), At(2, i)));
    }

    private static string Png(int height, int width, Func<int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < height * width; i++) bitmap.SetPixel(i % width, i / width, color(i));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return "data:image/png;base64," + Convert.ToBase64String(data.ToArray());
    }
}
