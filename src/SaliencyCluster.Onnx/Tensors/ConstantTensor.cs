using System.Runtime.InteropServices;

namespace SaliencyCluster.Onnx;

/// <summary>A tensor whose value is known when the graph is compiled.</summary>
/// <param name="Type">Element type and shape.</param>
/// <param name="Bytes">Little-endian elements in C order, as ONNX's <c>raw_data</c>.</param>
public sealed record ConstantTensor(TensorType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Gets the elements; <typeparamref name="T"/> must be the C# type of <see cref="ElementType"/>.</summary>
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes.Span);

    /// <summary>Makes a float tensor.</summary>
    public static ConstantTensor Of(long[] shape, params float[] values) =>
        new(new(ElementType.Float, shape), MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>Makes an int64 tensor.</summary>
    public static ConstantTensor Of(long[] shape, params long[] values) =>
        new(new(ElementType.Int64, shape), MemoryMarshal.AsBytes<long>(values).ToArray());
}
