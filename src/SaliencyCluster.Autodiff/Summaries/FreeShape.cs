namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>Tells which dimensions of a tensor depend on the image's size.</summary>
internal static class FreeShape
{
    /// <summary>A shape with -1 where it is another one at another size.</summary>
    public static IReadOnlyList<long> Of(IReadOnlyList<long> shape, IReadOnlyList<long>? other) =>
        other is null || other.Count != shape.Count ? shape : [.. shape.Zip(other, (a, b) => a == b ? a : -1)];
}
