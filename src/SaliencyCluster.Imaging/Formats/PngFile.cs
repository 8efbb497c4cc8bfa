using System.Buffers.Binary;
using System.IO.Compression;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>What SkiaSharp does not read of PNG files: the full precision of greys with 16 bits, and EXIF data.</summary>
internal static class PngFile
{
    private const int Header = 8 + 8; // signature, length and type of the first chunk
    private const int Around = 12; // length, type and checksum of a chunk

    /// <summary>Gets what every PNG file begins with; its chunks follow.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Gets the greys as stored, or null where the file is not grey with 16 bits, is interlaced, or is damaged.</summary>
    public static ushort[]? Greys(ReadOnlySpan<byte> file, int height, int width)
    {
        if (file.Length < Header + 13 || !file.StartsWith(Signature)) return null;
        var header = file[Header..];
        // Width, height, 16 bits, colour type 0 (grey), not interlaced.
        if (BinaryPrimitives.ReadInt32BigEndian(header) != width || BinaryPrimitives.ReadInt32BigEndian(header[4..]) != height) return null;
        if (header[8] != 16 || header[9] != 0 || header[12] != 0) return null;
        using var packed = new MemoryStream();
        if (!Collect(file, packed)) return null;
        packed.Position = 0;
        var rows = new byte[height * ((2 * width) + 1)];
        try
        {
            using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
            if (unpacked.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false) < rows.Length) return null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return Unfilter(rows, height, width);
    }

    /// <summary>Gets whether it has at most 8 bits a sample and is not interlaced: its rows come one after another.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> file) => file.Length >= Header + 13 && file[Header + 8] <= 8 && file[Header + 12] == 0;

    /// <summary>Gets the orientation that the EXIF data of a PNG file say, from 1 to 8; 1 where there are none.</summary>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        for (var at = file.StartsWith(Signature) ? Signature.Length : file.Length; Next(file, ref at, out var type, out var data);)
            if (type.SequenceEqual("eXIf"u8)) return Exif(data);
        return 1;
    }

    /// <summary>Reads the next chunk.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="at">Where the chunk begins, and afterwards where the one behind it does; at first behind the signature.</param>
    /// <param name="type">Its four letters.</param>
    /// <param name="data">What it holds.</param>
    /// <returns>False at the end of the file, and where the chunk is cut off.</returns>
    public static bool Next(ReadOnlySpan<byte> file, ref int at, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = [];
        if (at > file.Length - Around) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
        if (length < 0 || length > file.Length - at - Around) return false;
        type = file.Slice(at + 4, 4);
        data = file.Slice(at + 8, length);
        at += length + Around;
        return true;
    }

    // A TIFF directory of tags; the orientation is a short in the first one.
    private static int Exif(ReadOnlySpan<byte> data)
    {
        const int Entry = 12, Tag = 0x0112;
        if (data.Length < 14) return 1;
        var little = data[0] == 'I';
        int Short(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        var start = little ? BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) : BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (start > data.Length - 2) return 1;
        var directory = data[(int)start..];
        var count = Math.Min(Short(directory), (directory.Length - 2) / Entry);
        for (var i = 0; i < count; i++)
        {
            var entry = directory.Slice(2 + (i * Entry), Entry);
            if (Short(entry) == Tag) return Short(entry[8..]) is >= 1 and <= 8 and var orientation ? orientation : 1;
        }
        return 1;
    }

    // The data of all IDAT chunks; a colour that means transparent leaves the picture to SkiaSharp.
    private static bool Collect(ReadOnlySpan<byte> file, MemoryStream pixels)
    {
        for (var at = Signature.Length; Next(file, ref at, out var type, out var data);)
        {
            if (type.SequenceEqual("tRNS"u8)) return false;
            if (type.SequenceEqual("IDAT"u8)) pixels.Write(data);
            if (type.SequenceEqual("IEND"u8)) return true;
        }
        return false;
    }

    private static ushort[]? Unfilter(byte[] rows, int height, int width)
    {
        const int Pixel = 2;
        var stride = Pixel * width;
        var greys = new ushort[height * width];
        var above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var filter = rows[y * (stride + 1)];
            if (filter > 4) return null;
            var row = rows.AsSpan((y * (stride + 1)) + 1, stride);
            for (var i = 0; i < stride; i++)
            {
                int left = i >= Pixel ? row[i - Pixel] : 0, up = above[i], corner = i >= Pixel ? above[i - Pixel] : 0;
                row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }
            for (var x = 0; x < width; x++) greys[(y * width) + x] = BinaryPrimitives.ReadUInt16BigEndian(row[(Pixel * x)..]);
            row.CopyTo(above);
        }
        return greys;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
