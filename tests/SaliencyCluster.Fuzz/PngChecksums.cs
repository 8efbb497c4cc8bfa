using System.Buffers.Binary;

namespace SaliencyCluster.Fuzz;

/// <summary>Makes the checksums of a changed PNG file right.</summary>
internal static class PngChecksums
{
    private const int Signature = 8, Around = 12;

    /// <summary>Returns the file with the checksum of every whole chunk; another kind of file as it is.</summary>
    public static byte[] Mended(byte[] file)
    {
        if (file.Length < Signature || file[0] != 0x89 || file[1] != 'P') return file;
        for (var at = Signature; at + Around <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - Around) break;
            var crc = Crc(file.AsSpan(at + 4, 4 + (int)length));
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), crc);
            at += Around + (int)length;
        }
        return file;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
