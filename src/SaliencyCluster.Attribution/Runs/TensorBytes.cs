using System.Runtime.InteropServices;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Sums and scores as bytes, little-endian.</summary>
internal static class TensorBytes
{
    public static void Write(BinaryWriter writer, Tensor? sum, Tensor? squares, float[] scores, float[]? outputs)
    {
        Write(writer, sum);
        Write(writer, squares);
        Write(writer, scores);
        Write(writer, outputs);
    }

    public static (Tensor? Sum, Tensor? Squares, float[] Scores, float[]? Outputs) Read(BinaryReader reader) =>
        (ReadTensor(reader), ReadTensor(reader), ReadFloats(reader) ?? [], ReadFloats(reader));

    private static void Write(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is null ? -1 : tensor.Shape.Length);
        if (tensor is null) return;
        foreach (var d in tensor.Shape) writer.Write(d);
        Write(writer, tensor.Data);
    }

    private static void Write(BinaryWriter writer, float[]? values)
    {
        writer.Write(values?.Length ?? -1);
        writer.Write(MemoryMarshal.AsBytes<float>(values));
    }

    private static Tensor? ReadTensor(BinaryReader reader)
    {
        var rank = reader.ReadInt32();
        if (rank < 0) return null;
        var shape = new int[rank];
        for (var d = 0; d < rank; d++) shape[d] = reader.ReadInt32();
        return new(shape, ReadFloats(reader) ?? []);
    }

    private static float[]? ReadFloats(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < 0) return null;
        var values = new float[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
