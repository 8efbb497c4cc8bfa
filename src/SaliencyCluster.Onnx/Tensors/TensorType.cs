namespace SaliencyCluster.Onnx;

/// <summary>Element type and static shape of a tensor.</summary>
/// <param name="Element">The element type.</param>
/// <param name="Shape">The dimensions, all known; empty for a scalar.</param>
public sealed record TensorType(ElementType Element, long[] Shape)
{
    /// <summary>Gets the number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, d) => checked(product * d));

    /// <summary>Gets the number of dimensions.</summary>
    public int Rank => Shape.Length;

    /// <inheritdoc/>
    public override string ToString() => $"{Element}[{string.Join(',', Shape)}]";
}
