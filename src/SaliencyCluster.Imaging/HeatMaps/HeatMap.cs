using System.Runtime.InteropServices;
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
    private const int MinBarHeight = 96;

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
        // The map is scaled at its own size; only its rows are enlarged, each when it is drawn.
        var scale = MapScale.Of(map, options);
        var (height, width) = backdrop is null ? (scale.Values.Height, scale.Values.Width) : (backdrop.Height, backdrop.Width);
        var factor = Math.Max(1, (options.MinSide + Math.Max(height, width) - 1) / Math.Max(height, width));
        var bar = options.ColourBar && height * factor >= MinBarHeight ? ColourBar.WidthFor(height * factor) : 0;
        var picture = new SKBitmap(new SKImageInfo(width * factor + bar, height * factor, SKColorType.Rgba8888, SKAlphaType.Opaque));
        picture.Erase(SKColors.White);
        var pixels = MemoryMarshal.Cast<byte, uint>(picture.GetPixelSpan());
        var rows = new EnlargedRows(scale.Values, height, width);
        for (var y = 0; y < height; y++)
        {
            var first = pixels.Slice(y * factor * picture.Width, width * factor);
            Colour(scale.Signed, rows.At(y), backdrop is null ? default : backdrop.Row(y), options.Opacity, factor, first);
            for (var i = 1; i < factor; i++) first.CopyTo(pixels[(((y * factor) + i) * picture.Width)..]);
        }
        options.Mark?.Draw(picture, width * factor, height * factor);
        if (bar > 0) ColourBar.Draw(picture, width * factor, scale);
        return picture;
    }

    private static void Colour(bool signed, ReadOnlySpan<double> values, ReadOnlySpan<double> greys, double opacity, int factor, Span<uint> pixels)
    {
        var colours = signed ? ColourMap.Diverging : ColourMap.Sequential;
        for (var x = 0; x < values.Length; x++)
        {
            var (r, g, b) = colours[values[x]];
            // Weak values tint the image, strong ones cover it: grey fades to white under the colour, then the colour tints it.
            var grey = greys.IsEmpty ? 1 : Darkest + (1 - Darkest) * greys[x];
            var light = greys.IsEmpty ? 1 : grey + opacity * Math.Abs(values[x]) * (1 - grey);
            var pixel = 0xFF000000u | ((uint)Math.Round(light * b) << 16) | ((uint)Math.Round(light * g) << 8) | (uint)Math.Round(light * r);
            pixels.Slice(x * factor, factor).Fill(pixel);
        }
    }
}
