using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Turns <c>TensorProto</c> into <see cref="ConstantTensor"/>, believing nothing that it says about sizes.</summary>
internal static class TensorDecoder
{
    private const int UInt4 = 21, Int4 = 22;

    /// <summary>The tensor's value. Raw data is used in place, so a model's weights are not copied.</summary>
    /// <exception cref="SaliencyException">SAL1002, SAL1003 or SAL1009.</exception>
    public static ConstantTensor Decode(TensorProto tensor, string what, string source, ReadLimits limits)
    {
        var type = Check(tensor, what, source, limits);
        if (FourBits(tensor)) return new(type, Unpacked(tensor, type));
        return new(type, tensor.HasRawData ? tensor.RawData.Memory : Typed(tensor, type.Element));
    }

    /// <summary>The tensor's type, if its data is there and of the right size.</summary>
    /// <exception cref="SaliencyException">SAL1002, SAL1003 or SAL1009.</exception>
    public static TensorType Check(TensorProto tensor, string what, string source, ReadLimits limits)
    {
        var type = TypeOf(tensor, what, source, limits);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
            throw ModelErrors.ExternalData(source, what);
        // Complex numbers are written as pairs.
        var numbers = type.Element is ElementType.Complex64 or ElementType.Complex128 ? Limits.Multiply(type.Count, 2) : type.Count;
        if (FourBits(tensor)) return CheckPacked(tensor, type, what, source);
        var bytes = Limits.Multiply(type.Count, type.Element.Size());
        if (tensor.HasRawData && TypedCount(tensor) > 0) throw ModelErrors.BadTensor(source, what, "it has both raw and typed data");
        if (tensor.HasRawData && tensor.RawData.Length != bytes)
            throw ModelErrors.BadTensor(source, what, $"{type} needs {bytes:N0} bytes, but its data has {tensor.RawData.Length:N0}");
        var given = FieldCount(tensor, type.Element);
        if (!tensor.HasRawData && (given != numbers || TypedCount(tensor) != numbers))
            throw ModelErrors.BadTensor(source, what, $"{type} needs {numbers:N0} numbers, but its data has {given:N0}");
        return type;
    }

    // uint4 and int4 become bytes as they are read: no operator of the graphs that are written here takes them.
    private static bool FourBits(TensorProto tensor) => tensor.DataType is UInt4 or Int4;

    private static TensorType CheckPacked(TensorProto tensor, TensorType type, string what, string source)
    {
        var bytes = (type.Count + 1) / 2;
        if (tensor.HasRawData && TypedCount(tensor) > 0) throw ModelErrors.BadTensor(source, what, "it has both raw and typed data");
        var given = tensor.HasRawData ? tensor.RawData.Length : TypedCount(tensor) == tensor.Int32Data.Count ? tensor.Int32Data.Count : -1;
        return given == bytes ? type
            : throw ModelErrors.BadTensor(
                source, what, $"{type.Count:N0} numbers of 4 bits need {bytes:N0} bytes, but its data has {given:N0}");
    }

    // Two in a byte, the first in its lower half.
    private static byte[] Unpacked(TensorProto tensor, TensorType type)
    {
        var packed = tensor.HasRawData ? tensor.RawData.ToByteArray() : [.. tensor.Int32Data.Select(v => (byte)v)];
        var values = new byte[type.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var bits = (packed[i / 2] >> (4 * (i % 2))) & 15;
            values[i] = (byte)(tensor.DataType == Int4 && bits > 7 ? bits - 16 : bits);
        }
        return values;
    }

    private static TensorType TypeOf(TensorProto tensor, string what, string source, ReadLimits limits)
    {
        var element = tensor.DataType switch { UInt4 => ElementType.UInt8, Int4 => ElementType.Int8, var type => (ElementType)type };
        if (element.Size() == 0) throw ModelErrors.BadTensor(source, what, $"element type {tensor.DataType} ({element}) is not supported");
        if (tensor.Dims.Count > Limits.MaxRank)
            throw ModelErrors.BadTensor(source, what, $"{tensor.Dims.Count} dimensions are more than {Limits.MaxRank}");
        foreach (var d in tensor.Dims)
            if (d is < 0 or > int.MaxValue) throw ModelErrors.BadTensor(source, what, $"dimension {d} is out of range");
        var count = Limits.Count([.. tensor.Dims]);
        return count <= limits.MaxTensorElements ? new(element, [.. tensor.Dims])
            : throw ModelErrors.OverLimit(source, count, $"elements in {what}", limits.MaxTensorElements, "ReadLimits.MaxTensorElements");
    }

    private static int TypedCount(TensorProto t) =>
        t.FloatData.Count + t.Int32Data.Count + t.Int64Data.Count + t.DoubleData.Count + t.Uint64Data.Count;

    private static int FieldCount(TensorProto t, ElementType element) => element switch
    {
        ElementType.Float or ElementType.Complex64 => t.FloatData.Count,
        ElementType.Double or ElementType.Complex128 => t.DoubleData.Count,
        ElementType.Int64 => t.Int64Data.Count,
        ElementType.UInt64 or ElementType.UInt32 => t.Uint64Data.Count,
        _ => t.Int32Data.Count,
    };

    // Small types travel in int32_data, uint32 in uint64_data, complex numbers as pairs: see onnx.proto.
    private static ReadOnlyMemory<byte> Typed(TensorProto t, ElementType element) => element switch
    {
        ElementType.Float or ElementType.Complex64 => Convert(t.FloatData, v => v),
        ElementType.Double or ElementType.Complex128 => Convert(t.DoubleData, v => v),
        ElementType.Int64 => Convert(t.Int64Data, v => v),
        ElementType.UInt64 => Convert(t.Uint64Data, v => v),
        ElementType.UInt32 => Convert(t.Uint64Data, v => (uint)v),
        ElementType.Int16 => Convert(t.Int32Data, v => (short)v),
        ElementType.Int8 => Convert(t.Int32Data, v => (sbyte)v),
        ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => Convert(t.Int32Data, v => (ushort)v),
        ElementType.UInt8 or ElementType.Bool => Convert(t.Int32Data, v => (byte)v),
        _ => Convert(t.Int32Data, v => v),
    };

    private static ReadOnlyMemory<byte> Convert<TField, T>(RepeatedField<TField> field, Func<TField, T> convert) where T : unmanaged
    {
        var values = new T[field.Count];
        for (var i = 0; i < values.Length; i++) values[i] = convert(field[i]);
        return MemoryMarshal.AsBytes<T>(values).ToArray();
    }
}
