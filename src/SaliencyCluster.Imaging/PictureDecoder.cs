using SaliencyCluster.Imaging.Colours;
using SaliencyCluster.Imaging.Formats;
using SaliencyCluster.Onnx;
using SkiaSharp;

namespace SaliencyCluster.Imaging;

/// <summary>Decodes pictures that nobody vouches for: PNG, JPEG, WebP, GIF and BMP by SkiaSharp, TIFF by LibTiff.NET.</summary>
public static class PictureDecoder
{
    /// <summary>The most pixels that a picture may have: a small file may claim to be huge.</summary>
    public const long MaxPixels = 100_000_000;

    private static readonly SKEncodedImageFormat[] Formats =
        [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Gif,
            SKEncodedImageFormat.Bmp];

    /// <summary>
    /// Decodes a picture, upright as its EXIF data says, over white where it is transparent; the first frame or page. Colours of an
    /// embedded ICC profile become those of sRGB. Greys of 16 bits keep their precision.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <param name="page">Page of a TIFF file, from 1; other formats have one.</param>
    /// <exception cref="SaliencyException">SAL2120: a format that is not read, or damaged. SAL2121: too many pixels. SAL2125: a
    /// colour profile that cannot be applied.</exception>
    public static PixelImage Decode(ReadOnlySpan<byte> file, string source, int page = 1)
    {
        if (TiffFile.IsTiff(file)) return TiffFile.Decode(file.ToArray(), source, page);
        if (page != 1) throw Bad(source, "only TIFF files have pages");
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null || !Formats.Contains(codec.EncodedFormat))
            throw Bad(source, KnownFormats.Unread(file) is { } other ? $"it is {other}, which is not read"
                : $"it is no {KnownFormats.Words}");
        CheckSize(codec.Info.Width, codec.Info.Height, source);
        var profile = EmbeddedProfile.Of(file, source);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        // SkiaSharp gives no inks, so that it has to mix them itself; all else is left as stored, and converted below.
        var inks = profile is not null && codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegFile.IsCmyk(file);
        if (inks) info = info.WithColorSpace(SKColorSpace.CreateSrgb());
        var result = codec.GetPixels(info, out var pixels);
        if (result != SKCodecResult.Success) throw Bad(source, $"decoding ended with {result}");
        var greys = PngFile.Greys(file, info.Height, info.Width);
        if (profile is not null) (pixels, greys) = Converted(profile, inks, pixels, greys, source);
        // The numbers of EXIF, which SkiaSharp does not read in PNG files.
        var orientation = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngFile.Orientation(file) : (int)codec.EncodedOrigin;
        var (rgb, height, width) = Turned.Upright(OverWhite(pixels), info.Height, info.Width, 3, orientation);
        return new(height, width, rgb)
        {
            Grey16 = greys is null ? null : Turned.Upright(greys, info.Height, info.Width, 1, orientation).Pixels, Profile = profile?.Name,
        };
    }

    private static (byte[] Pixels, ushort[]? Greys) Converted(
        ColourProfile profile, bool inks, byte[] pixels, ushort[]? greys, string source)
    {
        try
        {
            if (inks && profile.Space != "CMYK")
                throw new InvalidDataException($"it is for pictures in {profile.Space}, and this one is in CMYK");
            if (!inks) profile.Convert(pixels, 4);
            return (pixels, greys is null ? null : profile.Convert(greys));
        }
        catch (InvalidDataException unusable)
        {
            throw EmbeddedProfile.Unusable(source, unusable);
        }
    }

    /// <summary>Gets about how many bytes the decoding of a picture takes at its peak, by what its first bytes say of it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <exception cref="SaliencyException">SAL2120: a damaged TIFF file. SAL2121: too many pixels.</exception>
    internal static long MemoryOf(ReadOnlySpan<byte> file, string source)
    {
        if (TiffFile.IsTiff(file)) return TiffFile.MemoryOf(file, source);
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        // What is no picture is refused without any.
        if (codec is null) return file.Length;
        CheckSize(codec.Info.Width, codec.Info.Height, source);
        // Pixels with opacity and without, and the decoder's rows; those that come in several passes are kept as a whole besides.
        var perPixel = codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Png when PngFile.IsPlain(file) => 8,
            SKEncodedImageFormat.Jpeg when JpegFile.IsBaseline(file) => 8,
            _ => 16,
        };
        return ((long)perPixel * codec.Info.Width * codec.Info.Height) + (2L * file.Length);
    }

    /// <exception cref="SaliencyException">SAL2121: too many pixels.</exception>
    internal static void CheckSize(long width, long height, string source)
    {
        if (width > MaxPixels || height > MaxPixels || width * height > MaxPixels)
            throw new SaliencyException(
                "SAL2121", $"'{source}' has {width}x{height} pixels; at most {MaxPixels / 1_000_000} million are read.",
                "Make it smaller.");
    }

    internal static SaliencyException Bad(string source, string why, Exception? cause = null) => new(
        "SAL2120", $"'{source}' cannot be read as a picture: {why}.", $"Give a {KnownFormats.Words} file, or a prepared tensor as .npy.",
            cause);

    private static byte[] OverWhite(byte[] rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (var (i, j) = (0, 0); i < rgba.Length; i += 4, j += 3)
        {
            var alpha = rgba[i + 3];
            for (var c = 0; c < 3; c++) rgb[j + c] = alpha == 255 ? rgba[i + c]
                : (byte)(((rgba[i + c] * alpha) + (255 * (255 - alpha)) + 127) / 255);
        }
        return rgb;
    }
}
