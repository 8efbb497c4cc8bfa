namespace SaliencyCluster.Attribution;

/// <summary>A dense float32 tensor in C order.</summary>
/// <param name="Shape">The dimensions, such as <c>[C,H,W]</c>.</param>
/// <param name="Data">The elements; its length is the product of <paramref name="Shape"/>. Treat as immutable once shared.</param>
public sealed record Tensor(int[] Shape, float[] Data)
{
    /// <summary>Makes a tensor of zeros.</summary>
    public static Tensor Zeros(params int[] shape) => new(shape, new float[shape.Aggregate(1, (n, d) => checked(n * d))]);
}
