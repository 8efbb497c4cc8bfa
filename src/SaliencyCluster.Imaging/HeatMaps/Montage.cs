using SkiaSharp;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>Pictures side by side with captions, as one PNG file.</summary>
public static class Montage
{
    private const int Gap = 12;

    /// <summary>Draws a grid.</summary>
    /// <param name="pictures">Caption and picture (PNG) of each cell, rows first.</param>
    /// <param name="columns">Cells per row, at least 1.</param>
    /// <param name="cellWidth">Width of a cell in pixels; pictures are scaled to it by whole factors where they are smaller.</param>
    public static byte[] Png(IReadOnlyList<(string Caption, byte[] Picture)> pictures, int columns, int cellWidth = 300)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var bitmaps = pictures.Select(p => SKBitmap.Decode(p.Picture)).ToArray();
        try
        {
            using var sheet = Draw(pictures, bitmaps, columns, cellWidth);
            return HeatMap.Encode(sheet);
        }
        finally
        {
            foreach (var bitmap in bitmaps) bitmap.Dispose();
        }
    }

    private static SKBitmap Draw(IReadOnlyList<(string Caption, byte[] Picture)> pictures, SKBitmap[] bitmaps, int columns, int cellWidth)
    {
        using var font = Lettering.Font(Math.Clamp(cellWidth / 18f, 11, 20));
        var caption = (int)(font.Size * 1.7f);
        var cellHeight = bitmaps.Length == 0 ? 0 : bitmaps.Max(b => (int)Math.Round((double)b.Height * cellWidth / b.Width));
        var rows = (bitmaps.Length + columns - 1) / columns;
        var sheet = new SKBitmap(new SKImageInfo(
            Gap + columns * (cellWidth + Gap), Gap + rows * (cellHeight + caption + Gap), SKColorType.Rgba8888, SKAlphaType.Opaque));
        sheet.Erase(SKColors.White);
        using var canvas = new SKCanvas(sheet);
        using var ink = new SKPaint { Color = new SKColor(30, 30, 30), IsAntialias = true };
        for (var i = 0; i < bitmaps.Length; i++)
        {
            var (x, y) = (Gap + i % columns * (cellWidth + Gap), Gap + i / columns * (cellHeight + caption + Gap));
            canvas.DrawText(Lettering.Fit(pictures[i].Caption, font, cellWidth), x, y + font.Size, SKTextAlign.Left, font, ink);
            var height = (float)bitmaps[i].Height * cellWidth / bitmaps[i].Width;
            var sampling = bitmaps[i].Width < cellWidth ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKCubicResampler.Mitchell);
            using var image = SKImage.FromBitmap(bitmaps[i]);
            canvas.DrawImage(image, new SKRect(x, y + caption, x + cellWidth, y + caption + height), sampling);
        }
        return sheet;
    }
}
