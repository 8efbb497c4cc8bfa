using System.Runtime.InteropServices;

namespace SaliencyCluster.TestKit.Running;

/// <summary>Reads float32 <c>.npy</c> files of the references.</summary>
public static class Npy
{
    public static double[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = bytes[6] == 1 ? 10 + BitConverter.ToUInt16(bytes, 8) : 12 + BitConverter.ToInt32(bytes, 8);
        return Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(header)).ToArray(), v => (double)v);
    }
}
