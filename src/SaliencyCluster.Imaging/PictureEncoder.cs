using SkiaSharp;

namespace SaliencyCluster.Imaging;

/// <summary>Writes pictures as files.</summary>
public static class PictureEncoder
{
    /// <summary>Encodes a picture without loss.</summary>
    public static byte[] Png(PixelImage picture) => Encoded(picture, SKEncodedImageFormat.Png, 100);

    /// <summary>Encodes a picture as WebP, with loss: a tenth of the bytes where a page only shows it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="quality">From 0 to 100.</param>
    public static byte[] Webp(PixelImage picture, int quality) => Encoded(picture, SKEncodedImageFormat.Webp, quality);

    private static byte[] Encoded(PixelImage picture, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            picture.Rgb.AsSpan(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[4 * i + 3] = 255;
        }
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
