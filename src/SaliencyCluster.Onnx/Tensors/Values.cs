using System.Runtime.InteropServices;

namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Constants as numbers: all integers and booleans as long, everything as double.</summary>
internal static class Values
{
    /// <summary>The elements as integers, or null for floats and uint64.</summary>
    public static long[]? ToLongs(ConstantTensor t) => t.Type.Element switch
    {
        ElementType.Int64 => t.As<long>().ToArray(),
        ElementType.Int32 => Convert<int, long>(t, v => v),
        ElementType.Int16 => Convert<short, long>(t, v => v),
        ElementType.Int8 => Convert<sbyte, long>(t, v => v),
        ElementType.UInt32 => Convert<uint, long>(t, v => v),
        ElementType.UInt16 => Convert<ushort, long>(t, v => v),
        ElementType.UInt8 => Convert<byte, long>(t, v => v),
        ElementType.Bool => Convert<byte, long>(t, v => v != 0 ? 1 : 0),
        _ => null,
    };

    /// <summary>The elements as doubles; null for types that are not numbers.</summary>
    public static double[]? ToDoubles(ConstantTensor t) => t.Type.Element switch
    {
        ElementType.Float => Convert<float, double>(t, v => v),
        ElementType.Double => t.As<double>().ToArray(),
        ElementType.UInt64 => Convert<ulong, double>(t, v => v),
        _ => ToLongs(t) is { } longs ? Array.ConvertAll(longs, v => (double)v) : null,
    };

    /// <summary>Integers in an integer type (wrapping, as hardware does), or in a float type.</summary>
    public static ConstantTensor? Of(TensorType type, long[] values) => type.Element switch
    {
        ElementType.Int64 or ElementType.UInt64 => new(type, Bytes(values)),
        ElementType.Int32 or ElementType.UInt32 => Pack(type, values, v => unchecked((int)v)),
        ElementType.Int16 or ElementType.UInt16 => Pack(type, values, v => unchecked((short)v)),
        ElementType.Int8 or ElementType.UInt8 => Pack(type, values, v => unchecked((byte)v)),
        ElementType.Bool => Pack(type, values, v => (byte)(v != 0 ? 1 : 0)),
        ElementType.Float => Pack(type, values, v => (float)v),
        ElementType.Double => Pack(type, values, v => (double)v),
        _ => null,
    };

    /// <summary>Doubles in a float type, rounded once.</summary>
    public static ConstantTensor? Of(TensorType type, double[] values) => type.Element switch
    {
        ElementType.Float => Pack(type, values, v => (float)v),
        ElementType.Double => new(type, Bytes(values)),
        _ => null,
    };

    private static TTo[] Convert<TFrom, TTo>(ConstantTensor t, Func<TFrom, TTo> convert) where TFrom : unmanaged
    {
        var from = t.As<TFrom>();
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++) to[i] = convert(from[i]);
        return to;
    }

    private static ConstantTensor Pack<TFrom, TTo>(TensorType type, TFrom[] values, Converter<TFrom, TTo> convert) where TTo : unmanaged =>
        new(type, Bytes(Array.ConvertAll(values, convert)));

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
