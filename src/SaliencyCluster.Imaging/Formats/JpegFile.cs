using System.Buffers.Binary;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>What the markers of a JPEG file say.</summary>
internal static class JpegFile
{
    /// <summary>Gets whether its rows come one after another; a progressive one is kept as a whole while it is decoded.</summary>
    public static bool IsBaseline(ReadOnlySpan<byte> file) => Frame(file) is [0xFF, <= 0xC1, ..];

    /// <summary>Gets whether it has four inks instead of red, green and blue.</summary>
    public static bool IsCmyk(ReadOnlySpan<byte> file) => Frame(file) is { Length: > 9 } frame && frame[9] == 4;

    // From the marker of its frame on; empty where there is none.
    private static ReadOnlySpan<byte> Frame(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            // Fill bytes may stand before a marker.
            if (marker == 0xFF) at++;
            // A frame begins: baseline and extended sequential are 0 and 1; 4, 8 and 12 are no frames.
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) return file[at..];
            else at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return [];
    }
}
