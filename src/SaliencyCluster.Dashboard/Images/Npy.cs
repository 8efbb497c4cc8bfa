using System.Runtime.InteropServices;
using System.Text;
using SaliencyCluster.Client.Maps;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>Writes maps as NumPy files.</summary>
internal static class Npy
{
    /// <summary>Gets a map as a version 1 file: float32, C order.</summary>
    public static byte[] Write(SaliencyMap map)
    {
        var shape = string.Join(", ", map.Shape) + (map.Shape.Count == 1 ? "," : "");
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
        // The header is padded with spaces so that the data starts at a multiple of 64 bytes.
        var start = (10 + header.Length + 1 + 63) / 64 * 64;
        var file = new byte[start + map.Values.Length * sizeof(float)];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(8), (ushort)(start - 10));
        Encoding.ASCII.GetBytes(header.PadRight(start - 11) + "\n").CopyTo(file, 10);
        MemoryMarshal.AsBytes<float>(map.Values).CopyTo(file.AsSpan(start));
        return file;
    }
}
