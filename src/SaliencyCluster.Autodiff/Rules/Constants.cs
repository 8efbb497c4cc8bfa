using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Reads constants as numbers.</summary>
internal static class Constants
{
    /// <summary>The elements as doubles.</summary>
    /// <exception cref="NotSupportedException">Texts, complex numbers, 16-bit floats: none of them is left in a model with shapes.</exception>
    public static double[] Doubles(ConstantTensor tensor) => tensor.Type.Element switch
    {
        ElementType.Float => Array.ConvertAll(tensor.As<float>().ToArray(), v => (double)v),
        ElementType.Double => tensor.As<double>().ToArray(),
        ElementType.Int64 => Array.ConvertAll(tensor.As<long>().ToArray(), v => (double)v),
        ElementType.Int32 => Array.ConvertAll(tensor.As<int>().ToArray(), v => (double)v),
        ElementType.Int16 => Array.ConvertAll(tensor.As<short>().ToArray(), v => (double)v),
        ElementType.Int8 => Array.ConvertAll(tensor.As<sbyte>().ToArray(), v => (double)v),
        ElementType.UInt64 => Array.ConvertAll(tensor.As<ulong>().ToArray(), v => (double)v),
        ElementType.UInt32 => Array.ConvertAll(tensor.As<uint>().ToArray(), v => (double)v),
        ElementType.UInt16 => Array.ConvertAll(tensor.As<ushort>().ToArray(), v => (double)v),
        ElementType.UInt8 or ElementType.Bool => Array.ConvertAll(tensor.As<byte>().ToArray(), v => (double)v),
        var other => throw new NotSupportedException($"A constant of type {other} is not a number."),
    };

    /// <summary>The elements of an integer tensor.</summary>
    public static long[] Longs(ConstantTensor tensor) => Array.ConvertAll(Doubles(tensor), v => (long)v);
}
