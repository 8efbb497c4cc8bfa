using SaliencyCluster.Onnx;
using SkiaSharp;

namespace SaliencyCluster.Imaging;

/// <summary>Decodes PNG and JPEG files that nobody vouches for.</summary>
public static class PictureDecoder
{
    /// <summary>The most pixels that a picture may have: a small file may claim to be huge.</summary>
    public const long MostPixels = 100_000_000;

    /// <summary>Decodes a picture, upright as its EXIF data says, over white where it is transparent. Colour profiles are not applied.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <exception cref="SaliencyException">SAL2120: no PNG or JPEG, or damaged. SAL2121: too many pixels.</exception>
    public static PixelImage Decode(ReadOnlySpan<byte> file, string source)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
            throw Bad(source, "it is neither a PNG nor a JPEG file");
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new SaliencyException(
                "SAL2121", $"'{source}' has {codec.Info.Width}x{codec.Info.Height} pixels; at most {MostPixels / 1_000_000} million are read.", "Make it smaller.");
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var result = codec.GetPixels(info, out var pixels);
        if (result != SKCodecResult.Success) throw Bad(source, $"decoding ended with {result}");
        return Upright(pixels, info.Height, info.Width, codec.EncodedOrigin);
    }

    private static PixelImage Upright(byte[] rgba, int height, int width, SKEncodedOrigin origin)
    {
        // Origins 5 to 8 swap rows and columns; the names say where the file's first row and column lie.
        var swaps = origin >= SKEncodedOrigin.LeftTop;
        var fromRight = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var fromBottom = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (h, w) = swaps ? (width, height) : (height, width);
        var rgb = new byte[3 * h * w];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (row, column) = swaps ? (x, y) : (y, x);
                var target = 3 * ((fromBottom ? h - 1 - row : row) * w + (fromRight ? w - 1 - column : column));
                var pixel = rgba.AsSpan(4 * (y * width + x), 4);
                if (pixel[3] == 255) pixel[..3].CopyTo(rgb.AsSpan(target));
                else
                    for (var c = 0; c < 3; c++) rgb[target + c] = (byte)((pixel[c] * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255);
            }
        }
        return new(h, w, rgb);
    }

    private static SaliencyException Bad(string source, string why) => new(
        "SAL2120", $"'{source}' cannot be read as a picture: {why}.", "Give a PNG or JPEG file, or a prepared tensor as .npy.");
}
