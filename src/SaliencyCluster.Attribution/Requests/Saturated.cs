namespace SaliencyCluster.Attribution.Requests;

/// <summary>Sums and products of counts that stay at <see cref="long.MaxValue"/> where they would overflow: whatever is compared with a bound is then over it.</summary>
internal static class Saturated
{
    /// <summary>Multiplies counts, none below 0.</summary>
    public static long Product(params ReadOnlySpan<long> factors)
    {
        Int128 product = 1;
        foreach (var factor in factors) product = Int128.Min(product * factor, long.MaxValue);
        return (long)product;
    }

    /// <summary>Adds counts, none below 0.</summary>
    public static long Sum(params ReadOnlySpan<long> terms)
    {
        Int128 sum = 0;
        foreach (var term in terms) sum += term;
        return (long)Int128.Min(sum, long.MaxValue);
    }

    /// <summary>Counts the elements of a shape.</summary>
    public static long Elements(IReadOnlyList<int> shape) => Product([.. shape.Select(d => (long)d)]);
}
