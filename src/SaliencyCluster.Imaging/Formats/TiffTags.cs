using System.Buffers.Binary;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>What the directories of a TIFF file say of themselves. LibTiff makes arrays for it before it reads, of gigabytes if a file of a
/// hundred bytes says so.</summary>
internal static class TiffTags
{
    /// <summary>Says whether a tag of the first page or of another one claims more bytes than the file has.</summary>
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
            for (; count > 0; count--, at += entry)
            {
                var width = Width(Number(file, at + 2, 2, little)!.Value);
                if (Number(file, at + 4, size, little)!.Value > (ulong)(file.Length / width)) return true;
            }
            next = Number(file, at, size, little);
        }
        return false;
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
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(file[at..]),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(file[at..]),
        (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(file[at..]),
        _ => BinaryPrimitives.ReadUInt64BigEndian(file[at..]),
    };
}
