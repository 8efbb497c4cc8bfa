using System.Buffers.Binary;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>What the directories of a TIFF file say of themselves. LibTiff makes arrays for it before it reads, of gigabytes if a file of a
/// hundred bytes says so.</summary>
internal static class TiffTags
{
    /// <summary>Says whether the tags of the first page or of another one claim more bytes than the file has.</summary>
    /// <param name="file">The file, which begins as a TIFF file does.</param>
    /// <param name="page">The other one, from 1.</param>
    public static bool ClaimTooMuch(ReadOnlySpan<byte> file, int page)
    {
        var (little, big) = (file[0] == 'I', file[2] == '+' || file[3] == '+');
        var (size, entry) = big ? (8, 20) : (4, 12);
        var next = Number(file, big ? 8 : 4, size, little);
        for (var i = 1; i <= page && next is > 0 && next < (ulong)file.Length; i++)
        {
            var at = (int)next;
            if (Number(file, at, big ? 8 : 2, little) is not { } count) return false;
            at += big ? 8 : 2;
            if (count > (ulong)((file.Length - at) / entry)) return true;
            // LibTiff passes over those between.
            if (i > 1 && i < page) (count, at) = (0, at + ((int)count * entry));
            for (var left = (ulong)file.Length; count > 0; count--, at += entry)
            {
                var width = (ulong)Width(Number(file, at + 2, 2, little)!.Value);
                if (Number(file, at + 4, size, little)!.Value is var values && values > left / width) return true;
                left -= values * width;
            }
            next = Number(file, at, size, little);
        }
        return false;
    }

    /// <summary>Reads what the first page says of its size; of tags that stand there twice the largest.</summary>
    public static Tags Read(ReadOnlySpan<byte> file)
    {
        var (little, big) = (file[0] == 'I', file[2] == '+' || file[3] == '+');
        var (size, entry) = big ? (8, 20) : (4, 12);
        var tags = new Tags { Samples = 1, Bits = 1 };
        if (Number(file, big ? 8 : 4, size, little) is not { } first || first >= (ulong)file.Length) return tags;
        var at = (int)first;
        var count = Number(file, at, big ? 8 : 2, little) ?? 0;
        at += big ? 8 : 2;
        for (count = Math.Min(count, (ulong)Math.Max(0, (file.Length - at) / entry)); count > 0; count--, at += entry)
        {
            var (tag, width) = (Number(file, at, 2, little)!.Value, Width(Number(file, at + 2, 2, little)!.Value));
            var values = Number(file, at + 4, size, little)!.Value;
            // In the entry itself where they fit.
            var (where, inside) = (at + 4 + size, values * (ulong)width <= (ulong)size);
            if (!inside) where = (int)Math.Min(Number(file, where, size, little)!.Value, int.MaxValue);
            var value = (long)Math.Min(Number(file, where, width, little) ?? 0, uint.MaxValue);
            tags = tags.With(tag, value) with { Values = tags.Values + (long)values };
        }
        return tags;
    }

    private static int Width(ulong type) => type switch
    {
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 1,
    };

    private static ulong? Number(ReadOnlySpan<byte> file, int at, int size, bool little) => at > file.Length - size ? null : (size, little) switch
    {
        (1, _) => file[at],
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(file[at..]),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(file[at..]),
        (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(file[at..]),
        _ => BinaryPrimitives.ReadUInt64BigEndian(file[at..]),
    };
}

/// <summary>What the directory of a page says of its size.</summary>
internal readonly record struct Tags(
    long Width, long Height, long Bits, long Samples, long RowsPerStrip, long TileWidth, long TileHeight, long Values)
{
    /// <summary>Takes the value of a tag.</summary>
    public Tags With(ulong tag, long value) => tag switch
    {
        256 => this with { Width = Math.Max(Width, value) },
        257 => this with { Height = Math.Max(Height, value) },
        258 => this with { Bits = Math.Max(Bits, value) },
        277 => this with { Samples = Math.Max(Samples, value) },
        278 => this with { RowsPerStrip = Math.Max(RowsPerStrip, value) },
        322 => this with { TileWidth = Math.Max(TileWidth, value) },
        323 => this with { TileHeight = Math.Max(TileHeight, value) },
        _ => this,
    };
}
