using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>The images on the way as an animation, each pixel as it is: enlarged by a whole number where they are small.</summary>
internal static class Animation
{
    private const int Side = 224, Milliseconds = 400;

    public static byte[] Png(IReadOnlyList<PixelImage> frames) => AnimatedPng.Encode([.. frames.Select(Enlarged)], Milliseconds);

    private static PixelImage Enlarged(PixelImage picture)
    {
        var times = Math.Max(1, Side / Math.Max(picture.Height, picture.Width));
        return PixelResizing.To(picture, picture.Height * times, picture.Width * times, Interpolation.Nearest);
    }
}
