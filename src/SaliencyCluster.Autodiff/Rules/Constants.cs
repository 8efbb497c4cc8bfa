using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Reads constants as numbers.</summary>
internal static class Constants
{
    /// <summary>The elements as doubles; empty for types that are not numbers of a model's weights.</summary>
    public static double[] Doubles(ConstantTensor tensor) => tensor.Type.Element switch
    {
        ElementType.Float => Array.ConvertAll(tensor.As<float>().ToArray(), v => (double)v),
        ElementType.Double => tensor.As<double>().ToArray(),
        ElementType.Int64 => Array.ConvertAll(tensor.As<long>().ToArray(), v => (double)v),
        ElementType.Int32 => Array.ConvertAll(tensor.As<int>().ToArray(), v => (double)v),
        _ => [],
    };

    /// <summary>The elements of an integer tensor.</summary>
    public static long[] Longs(ConstantTensor tensor) => Array.ConvertAll(Doubles(tensor), v => (long)v);
}
