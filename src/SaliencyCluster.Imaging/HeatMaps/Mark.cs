using SaliencyCluster.Attribution.Detections;
using SkiaSharp;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>A rectangle that is drawn over a heat map, in fractions of the picture's width and height.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
public sealed record Mark(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Gets the rectangle of a detection; null where there is none.</summary>
    public static Mark? Of(Detection? detection) =>
        detection is { Box: [var left, var top, var right, var bottom], Width: > 0 and var width, Height: > 0 and var height }
            ? new(left / width, top / height, right / width, bottom / height)
            : null;

    // A dark line within a light one is seen on any ground.
    internal void Draw(SKBitmap picture, int width, int height)
    {
        using var canvas = new SKCanvas(picture);
        var thickness = Math.Max(1.5f, Math.Min(width, height) / 250f);
        var edges = new SKRect((float)(Left * width), (float)(Top * height), (float)(Right * width), (float)(Bottom * height));
        canvas.ClipRect(new SKRect(0, 0, width, height));
        foreach (var (colour, wide) in new[] { (SKColors.White, 3f), (SKColors.Black, 1f) })
        {
            using var paint = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = wide * thickness };
            canvas.DrawRect(edges, paint);
        }
    }
}
