using BitMiracle.LibTiff.Classic;
using SaliencyCluster.Imaging.Colours;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>Pages of TIFF files, by LibTiff.NET: 1 to 16 bits, grey, palette, RGB, CMYK, YCbCr, CIELab; strips or tiles; every
/// packing that it knows.</summary>
internal static class TiffFile
{
    private const int MaxSamples = 8;

    static TiffFile() => Tiff.SetErrorHandler(new Silence());

    /// <summary>Gets whether a file begins as a TIFF file does.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> file) => file.Length > 4
        && (file[..4].SequenceEqual("II*\0"u8) || file[..4].SequenceEqual("MM\0*"u8) || file[..4].SequenceEqual("II+\0"u8)
            || file[..4].SequenceEqual("MM\0+"u8));

    /// <summary>Decodes a page, upright, over white where it is transparent.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="page">From 1.</param>
    /// <exception cref="SaliencyException">SAL2120: it cannot be read. SAL2121: too many pixels. SAL2125: a colour profile that
    /// cannot be applied.</exception>
    public static PixelImage Decode(byte[] file, string source, int page = 1)
    {
        if (TiffTags.ClaimTooMuch(file, page)) throw TooLong(source);
        try
        {
            using var tiff = Open(file, source, page);
            var profile = ProfileOf(tiff);
            var picture = Read(tiff, profile, source, out var orientation);
            // Opened again: a reader goes forward only.
            using var again = Open(file, source, page);
            var greys = Greys(again, source);
            return greys is not var (values, height, width) ? picture
                : picture with { Grey16 = Turned.Upright(profile?.Convert(values) ?? values, height, width, 1, orientation).Pixels };
        }
        catch (InvalidDataException unusable)
        {
            throw EmbeddedProfile.Unusable(source, unusable);
        }
        catch (Exception cause) when (cause is not (SaliencyException or OutOfMemoryException))
        {
            // A library that reads what nobody vouches for: whatever it stumbles over is the file's fault.
            throw PictureDecoder.Bad(source, $"its TIFF data are damaged ({cause.GetType().Name})", cause);
        }
    }

    /// <summary>Gets about how many bytes the decoding of the first page takes at its peak, by what its directory says.</summary>
    /// <exception cref="SaliencyException">SAL2120: it says too much. SAL2121: too many pixels.</exception>
    public static long MemoryOf(ReadOnlySpan<byte> file, string source)
    {
        if (TiffTags.ClaimTooMuch(file, 1)) throw TooLong(source);
        var tags = TiffTags.Read(file);
        PictureDecoder.CheckSize(tags.Width, tags.Height, source);
        // Packed colours and pixels; a strip or tile as it is stored and as it is unpacked; the file, and what the directory becomes.
        var rows = tags.RowsPerStrip == 0 ? tags.Height : Math.Min(tags.RowsPerStrip, tags.Height);
        var (strip, tile) = ((double)tags.Width * rows, (double)tags.TileWidth * tags.TileHeight);
        var block = Math.Max(strip, tile) * tags.Samples * Math.Ceiling(tags.Bits / 8.0);
        return (long)Math.Min(
            long.MaxValue / 2, (8.0 * tags.Width * tags.Height) + (2 * block) + (4.0 * file.Length) + (16.0 * tags.Values));
    }

    private static SaliencyException TooLong(string source) =>
        PictureDecoder.Bad(source, "its TIFF tags say that they are longer than the file");

    private static Tiff Open(byte[] file, string source, int page)
    {
        var tiff = Tiff.ClientOpen(source, "r", new MemoryStream(file, writable: false), new TiffStream())
            ?? throw PictureDecoder.Bad(source, "its TIFF header or first page is damaged");
        if (page == 1 || tiff.SetDirectory((short)(page - 1))) return tiff;
        tiff.Dispose();
        throw PictureDecoder.Bad(source, $"it has no page {page}");
    }

    // Colours that eyes see, which LibTiff converts to sRGB itself, need none.
    private static ColourProfile? ProfileOf(Tiff tiff) =>
        (Photometric)Int(tiff, TiffTag.PHOTOMETRIC, 1) is Photometric.CIELAB or Photometric.ICCLAB or Photometric.ITULAB ? null
            : EmbeddedProfile.Read(tiff.GetField(TiffTag.ICCPROFILE) is [_, var bytes, ..] ? bytes.ToByteArray() : null);

    private static PixelImage Read(Tiff tiff, ColourProfile? profile, string source, out int orientation)
    {
        var (width, height) = (Int(tiff, TiffTag.IMAGEWIDTH, 0), Int(tiff, TiffTag.IMAGELENGTH, 0));
        if (width < 1 || height < 1) throw PictureDecoder.Bad(source, "its TIFF page has no size");
        PictureDecoder.CheckSize(width, height, source);
        // What a buffer would be made for, whatever the picture's own size is.
        if (tiff.IsTiled()) PictureDecoder.CheckSize(Int(tiff, TiffTag.TILEWIDTH, 0), Int(tiff, TiffTag.TILELENGTH, 0), source);
        if (Int(tiff, TiffTag.SAMPLESPERPIXEL, 1) is < 1 or > MaxSamples) throw PictureDecoder.Bad(
            source, "its TIFF pixels have too many samples");
        if (!tiff.RGBAImageOK(out var why)) throw PictureDecoder.Bad(source, $"its kind of TIFF is not read ({why.Trim()})");
        orientation = Int(tiff, TiffTag.ORIENTATION, 1);
        if (profile is not null && (Photometric)Int(tiff, TiffTag.PHOTOMETRIC, 1) == Photometric.SEPARATED)
        {
            var mixed = Turned.Upright(TiffInks.Read(tiff, profile, height, width, source), height, width, 3, orientation);
            return new(mixed.Height, mixed.Width, mixed.Pixels) { Profile = profile.Name };
        }
        var raster = new int[width * height];
        // As stored: turning is ours, so that it is the same for both precisions.
        tiff.SetField(TiffTag.ORIENTATION, Orientation.TOPLEFT);
        if (!tiff.ReadRGBAImageOriented(width, height, raster, Orientation.TOPLEFT, stopOnError: true))
            throw PictureDecoder.Bad(source, "its TIFF data end too early or are damaged");
        var (pixels, h, w) = Turned.Upright(OverWhite(raster, profile), height, width, 3, orientation);
        return new(h, w, pixels) { Profile = profile?.Name };
    }

    private static byte[] OverWhite(int[] raster, ColourProfile? profile)
    {
        var rgb = new byte[3 * raster.Length];
        for (var i = 0; i < raster.Length; i++)
        {
            // Colours are multiplied by their opacity already, and a profile is about those before that.
            var alpha = profile is null ? 255 : Math.Max(1, Tiff.GetA(raster[i]));
            rgb[3 * i] = (byte)Math.Min(255, Tiff.GetR(raster[i]) * 255 / alpha);
            rgb[(3 * i) + 1] = (byte)Math.Min(255, Tiff.GetG(raster[i]) * 255 / alpha);
            rgb[(3 * i) + 2] = (byte)Math.Min(255, Tiff.GetB(raster[i]) * 255 / alpha);
        }
        profile?.Convert(rgb, 3);
        for (var i = 0; i < rgb.Length; i++)
        {
            var alpha = Tiff.GetA(raster[i / 3]);
            var colour = profile is null ? rgb[i] : ((rgb[i] * alpha) + 127) / 255;
            rgb[i] = (byte)Math.Min(255, colour + 255 - alpha);
        }
        return rgb;
    }

    // Grey with 16 bits, in full; null where it is not that, or in tiles.
    private static (ushort[] Values, int Height, int Width)? Greys(Tiff tiff, string source)
    {
        var (width, height) = (Int(tiff, TiffTag.IMAGEWIDTH, 0), Int(tiff, TiffTag.IMAGELENGTH, 0));
        if (Int(tiff, TiffTag.BITSPERSAMPLE, 1) != 16 || Int(tiff, TiffTag.SAMPLESPERPIXEL, 1) != 1 || tiff.IsTiled()) return null;
        if (Int(tiff, TiffTag.SAMPLEFORMAT, 1) != 1) return null;
        var white = Int(tiff, TiffTag.PHOTOMETRIC, 1);
        if (white is not (0 or 1)) return null;
        var greys = new ushort[height * width];
        var row = new byte[tiff.ScanlineSize()];
        if (row.Length < 2 * width) return null;
        for (var y = 0; y < height; y++)
        {
            if (!tiff.ReadScanline(row, y)) throw PictureDecoder.Bad(source, "its TIFF data end too early or are damaged");
            for (var x = 0; x < width; x++)
            {
                var value = BitConverter.ToUInt16(row, 2 * x);
                greys[(y * width) + x] = white == 0 ? (ushort)(ushort.MaxValue - value) : value;
            }
        }
        return (greys, height, width);
    }

    internal static int Int(Tiff tiff, TiffTag tag, int otherwise) => tiff.GetField(tag) is [var value, ..] ? value.ToInt() : otherwise;

    // What is wrong is told by what is thrown, not on standard error.
    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }
    }
}
