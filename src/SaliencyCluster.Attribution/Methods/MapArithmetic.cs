using System.Numerics.Tensors;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Small sums over maps that several methods need.</summary>
internal static class MapArithmetic
{
    /// <summary>Gets a map with negative values set to zero.</summary>
    public static Tensor Rectified(Tensor map)
    {
        var rectified = Tensor.Zeros(map.Shape);
        TensorPrimitives.Max(map.Data, 0f, rectified.Data);
        return rectified;
    }

    /// <summary>Gets a map less its mean.</summary>
    public static Tensor Centred(Tensor map)
    {
        var centred = Tensor.Zeros(map.Shape);
        TensorPrimitives.Subtract(map.Data, (float)map.Data.Average(v => (double)v), centred.Data);
        return centred;
    }

    /// <summary>Gets the norm of an error relative to the norm of a map; null where the map is zero.</summary>
    public static double? Relative(Tensor error, Tensor map)
    {
        var norm = TensorPrimitives.Norm<float>(map.Data);
        return norm == 0 ? null : (double)TensorPrimitives.Norm<float>(error.Data) / norm;
    }
}
