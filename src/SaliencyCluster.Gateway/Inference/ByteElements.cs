using System.Buffers.Binary;
using Google.Protobuf;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>The bytes of a tensor of type BYTES: each element behind its length in 4 bytes, little endian.</summary>
internal static class ByteElements
{
    /// <summary>Puts elements one behind another.</summary>
    public static ByteString Join(IEnumerable<byte[]> elements)
    {
        using var data = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (var element in elements)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)element.Length);
            data.Write(length);
            data.Write(element);
        }
        return UnsafeByteOperations.UnsafeWrap(data.ToArray());
    }

    /// <summary>Gets the elements again; null where they are cut off, or more than the most that may be.</summary>
    public static List<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> data, int most)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        while (!data.IsEmpty)
        {
            if (data.Length < sizeof(uint) || elements.Count == most) return null;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(data.Span);
            data = data[sizeof(uint)..];
            if (length > (uint)data.Length) return null;
            elements.Add(data[..(int)length]);
            data = data[(int)length..];
        }
        return elements;
    }
}
