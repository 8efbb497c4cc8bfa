using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>The image behind a heat map, as greys from 0 to 1.</summary>
public static class Backdrop
{
    /// <summary>Greys a picture.</summary>
    public static Plane Of(PixelImage picture) =>
        Plane.Of(picture.Height, picture.Width, (y, x) => Preprocessing.Grey(picture.Rgb.AsSpan(3 * (y * picture.Width + x), 3)) / 255.0);

    /// <summary>The longest side of a backdrop: a picture larger than any screen costs much and shows nothing more.</summary>
    public const int LongestSide = 2048;

    /// <summary>Greys a picture, shrunk where it is longer than <see cref="LongestSide"/>.</summary>
    public static Plane Shrunk(PixelImage picture)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(picture.Height, picture.Width));
        return Of(PixelResizing.To(picture, Math.Max(1, (int)Math.Round(picture.Height * scale)), Math.Max(1, (int)Math.Round(picture.Width * scale))));
    }

    /// <summary>Greys a prepared input <c>[C,H,W]</c>: the mean of its channels, stretched so that its least value is black and its greatest white.</summary>
    public static Plane Of(Tensor input)
    {
        var mean = MapView.Channels(input).Aggregate((a, b) => a.Zip(b, (x, y) => x + y));
        double least = mean.Values.Min(), range = mean.Values.Max() - least;
        return mean.Select(v => range == 0 ? 0.5 : (v - least) / range);
    }
}
