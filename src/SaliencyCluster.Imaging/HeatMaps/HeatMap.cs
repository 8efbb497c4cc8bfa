using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SkiaSharp;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>Draws maps over images.</summary>
public static class HeatMap
{
    // The image is lightened so that colours on it can be told apart.
    private const double Darkest = 0.35;

    // Below this height in pixels the numbers beside a colour bar would be larger than the picture deserves.
    private const int LeastBarHeight = 96;

    /// <summary>Draws a map over an image, as a PNG file.</summary>
    /// <param name="map">The map <c>[C,H,W]</c>; a coarse one is enlarged bilinearly to the image's size.</param>
    /// <param name="backdrop">The image's greys; null draws on white.</param>
    /// <param name="options">How it looks.</param>
    public static byte[] Png(Tensor map, Plane? backdrop, HeatMapOptions options)
    {
        using var picture = Draw(map, backdrop, options);
        return Encode(picture);
    }

    internal static byte[] Encode(SKBitmap picture)
    {
        using var data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    internal static SKBitmap Draw(Tensor map, Plane? backdrop, HeatMapOptions options)
    {
        if (backdrop is not null) map = Resizing.To(map, backdrop.Height, backdrop.Width);
        var scale = MapScale.Of(map, options);
        var (height, width) = (scale.Values.Height, scale.Values.Width);
        var factor = Math.Max(1, (options.LeastSide + Math.Max(height, width) - 1) / Math.Max(height, width));
        var bar = options.ColourBar && height * factor >= LeastBarHeight ? ColourBar.WidthFor(height * factor) : 0;
        var picture = new SKBitmap(new SKImageInfo(width * factor + bar, height * factor, SKColorType.Rgba8888, SKAlphaType.Opaque));
        picture.Erase(SKColors.White);
        for (var y = 0; y < height * factor; y++)
            for (var x = 0; x < width * factor; x++)
                picture.SetPixel(x, y, Colour(scale, backdrop, y / factor, x / factor, options.Opacity));
        if (bar > 0) ColourBar.Draw(picture, width * factor, scale);
        return picture;
    }

    private static SKColor Colour(MapScale scale, Plane? backdrop, int y, int x, double opacity)
    {
        var value = scale.Values[y, x];
        var (r, g, b) = (scale.Signed ? ColourMap.Diverging : ColourMap.Sequential)[value];
        if (backdrop is null) return new(r, g, b);
        // Weak values tint the image, strong ones cover it: grey fades to white under the colour, then the colour tints it.
        var cover = opacity * Math.Abs(value);
        var grey = Darkest + (1 - Darkest) * backdrop[y, x];
        var light = grey + cover * (1 - grey);
        return new((byte)Math.Round(light * r), (byte)Math.Round(light * g), (byte)Math.Round(light * b));
    }
}
