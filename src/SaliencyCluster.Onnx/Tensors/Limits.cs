namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Arithmetic on sizes that come from a file: saturates instead of overflowing.</summary>
internal static class Limits
{
    /// <summary>The largest rank of a tensor; ONNX Runtime's kernels stop at 8 or fewer.</summary>
    public const int MaxRank = 32;

    /// <summary>The product, or <see cref="long.MaxValue"/> where it does not fit. Both must be 0 or more.</summary>
    public static long Multiply(long a, long b) =>
        Math.BigMul(a, b, out var low) == 0 && low >= 0 ? low : long.MaxValue;

    /// <summary>The number of elements of a shape, saturated.</summary>
    public static long Count(ReadOnlySpan<long> shape)
    {
        if (shape.Contains(0)) return 0;
        var count = 1L;
        foreach (var d in shape) count = Multiply(count, d);
        return count;
    }
}
