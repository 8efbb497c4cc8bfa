using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Turns <c>TensorProto</c> into <see cref="ConstantTensor"/>, believing nothing that it says about sizes.</summary>
internal static class TensorDecoder
{
    /// <exception cref="SaliencyException">SAL1002, SAL1003 or SAL1009.</exception>
    public static ConstantTensor Decode(TensorProto tensor, string source, ReadLimits limits)
    {
        var type = TypeOf(tensor, source, limits);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
            throw ModelErrors.ExternalData(source, tensor.Name);
        var expected = Limits.Multiply(type.Count, type.Element.Size());
        // Raw data is used in place: a model's weights are not copied.
        var bytes = tensor.HasRawData ? tensor.RawData.Memory : Typed(tensor, type, source);
        if (tensor.HasRawData && TypedCount(tensor) > 0) throw ModelErrors.BadTensor(source, tensor.Name, "it has both raw and typed data");
        if (bytes.Length != expected)
            throw ModelErrors.BadTensor(source, tensor.Name, $"{type} needs {expected:N0} bytes, but its data has {bytes.Length:N0}");
        return new(type, bytes);
    }

    private static TensorType TypeOf(TensorProto tensor, string source, ReadLimits limits)
    {
        var element = (ElementType)tensor.DataType;
        if (element.Size() == 0) throw ModelErrors.BadTensor(source, tensor.Name, $"element type {tensor.DataType} ({element}) is not supported");
        if (tensor.Dims.Count > Limits.MaxRank)
            throw ModelErrors.BadTensor(source, tensor.Name, $"{tensor.Dims.Count} dimensions are more than {Limits.MaxRank}");
        foreach (var d in tensor.Dims)
            if (d < 0) throw ModelErrors.BadTensor(source, tensor.Name, $"dimension {d} is negative");
        var count = Limits.Count([.. tensor.Dims]);
        if (count > limits.MaxTensorElements)
            throw ModelErrors.OverLimit(source, $"tensor '{tensor.Name}' with elements", count, limits.MaxTensorElements, "ReadLimits.MaxTensorElements");
        return new(element, [.. tensor.Dims]);
    }

    private static int TypedCount(TensorProto t) =>
        t.FloatData.Count + t.Int32Data.Count + t.Int64Data.Count + t.DoubleData.Count + t.Uint64Data.Count;

    // Small types travel in int32_data, uint32 in uint64_data, complex numbers as pairs: see onnx.proto.
    private static ReadOnlyMemory<byte> Typed(TensorProto t, TensorType type, string source) => type.Element switch
    {
        ElementType.Float or ElementType.Complex64 => Convert(t.FloatData, v => v),
        ElementType.Double or ElementType.Complex128 => Convert(t.DoubleData, v => v),
        ElementType.Int64 => Convert(t.Int64Data, v => v),
        ElementType.UInt64 => Convert(t.Uint64Data, v => v),
        ElementType.UInt32 => Convert(t.Uint64Data, v => (uint)v),
        ElementType.Int32 => Convert(t.Int32Data, v => v),
        ElementType.Int16 => Convert(t.Int32Data, v => (short)v),
        ElementType.Int8 => Convert(t.Int32Data, v => (sbyte)v),
        ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => Convert(t.Int32Data, v => (ushort)v),
        ElementType.UInt8 or ElementType.Bool => Convert(t.Int32Data, v => (byte)v),
        _ => throw ModelErrors.BadTensor(source, t.Name, $"element type {type.Element} is not supported"),
    };

    private static ReadOnlyMemory<byte> Convert<TField, T>(RepeatedField<TField> field, Func<TField, T> convert) where T : unmanaged
    {
        var values = new T[field.Count];
        for (var i = 0; i < values.Length; i++) values[i] = convert(field[i]);
        return MemoryMarshal.AsBytes<T>(values).ToArray();
    }
}
