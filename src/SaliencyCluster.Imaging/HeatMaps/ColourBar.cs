using System.Globalization;
using SkiaSharp;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>The bar beside a heat map that says which colour is which value.</summary>
internal static class ColourBar
{
    /// <summary>Gets the width of the bar with its numbers, for a picture of a height.</summary>
    public static int WidthFor(int height)
    {
        using var font = Lettering.Font(TextSize(height));
        return (int)Math.Ceiling(Gap(height) + Thickness(height) + 4 + font.MeasureText("−8.8e−88") + 6);
    }

    /// <summary>Draws the bar with its numbers right of column <paramref name="left"/>.</summary>
    public static void Draw(SKBitmap picture, int left, MapScale scale)
    {
        using var canvas = new SKCanvas(picture);
        using var font = Lettering.Font(TextSize(picture.Height));
        using var ink = new SKPaint { Color = new SKColor(40, 40, 40), IsAntialias = true };
        using var frame = new SKPaint { Color = new SKColor(120, 120, 120), Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        var half = font.Size * 0.36f; // from a digit's middle to its base line
        var (top, bottom) = ((int)font.Size, picture.Height - (int)font.Size);
        var (x, thickness) = (left + Gap(picture.Height), Thickness(picture.Height));
        var low = scale.Signed ? -1.0 : 0.0;
        var colours = scale.Signed ? ColourMap.Diverging : ColourMap.Sequential;
        for (var y = top; y < bottom; y++)
        {
            var (r, g, b) = colours[1 - (1 - low) * (y - top + 0.5) / (bottom - top)];
            using var paint = new SKPaint { Color = new SKColor(r, g, b) };
            canvas.DrawRect(x, y, thickness, 1, paint);
        }
        canvas.DrawRect(x - 0.5f, top - 0.5f, thickness + 1, bottom - top + 1, frame);
        foreach (var tick in scale.Signed ? (double[])[1, 0.5, 0, -0.5, -1] : [1, 0.75, 0.5, 0.25, 0])
        {
            var y = (float)(bottom - (tick - low) / (1 - low) * (bottom - top));
            canvas.DrawLine(x + thickness, y, x + thickness + 4, y, frame);
            canvas.DrawText(Text(scale.Least + tick * scale.Limit, scale.Limit), x + thickness + 7, y + half, SKTextAlign.Left, font, ink);
        }
    }

    private static float TextSize(int height) => Math.Clamp(height / 26f, 10, 22);

    private static int Gap(int height) => Math.Max(8, height / 40);

    private static int Thickness(int height) => Math.Max(10, height / 24);

    /// <summary>A number with as many decimals as the bar's limit needs for three digits, and a minus sign of a digit's width.</summary>
    private static string Text(double value, double limit)
    {
        if (value == 0) return "0";
        var text = limit is >= 0.01 and < 10_000
            ? value.ToString($"F{Math.Clamp(2 - (int)Math.Floor(Math.Log10(limit)), 0, 4)}", CultureInfo.InvariantCulture)
            : value.ToString("0.0e0", CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }
}
