using System.Numerics.Tensors;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Compares maps by their Euclidean norms.</summary>
internal static class MapNorm
{
    /// <summary>Gets the norm of an error relative to the norm of a map; null where the map is zero.</summary>
    public static double? Relative(Tensor error, Tensor map)
    {
        var norm = TensorPrimitives.Norm<float>(map.Data);
        return norm == 0 ? null : (double)TensorPrimitives.Norm<float>(error.Data) / norm;
    }
}
