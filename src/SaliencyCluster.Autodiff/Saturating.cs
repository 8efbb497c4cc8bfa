namespace SaliencyCluster.Autodiff;

/// <summary>Sums and products that stay at <see cref="long.MaxValue"/> where they would overflow: a hostile model may ask for more than 2^63 of anything.</summary>
internal static class Saturating
{
    public static long Product(params ReadOnlySpan<long> factors)
    {
        Int128 product = 1;
        foreach (var factor in factors) product = Int128.Min(product * factor, long.MaxValue);
        return (long)product;
    }

    public static long Sum(IEnumerable<long> terms)
    {
        var sum = Int128.Zero;
        foreach (var term in terms) sum += term;
        return (long)Int128.Min(sum, long.MaxValue);
    }
}
