using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that make tensors from nothing or from shapes.</summary>
internal static class ArithmeticShapes
{
    public static readonly ShapeRule[] Rules =
    [
        One("Constant", 1, c => ConstantNode.Value(c).Type),
        One("ConstantOfShape", 9, c => new(ConstantNode.Filling(c).Type.Element, LayoutShapes.Sizes(c, 0))),
        Unary("EyeLike", 9, c => c.IntOrNull("dtype") is { } type ? ((ElementType)type).Widened() : c.X.Element),
        One("Range", 11, Range),
        One("Shape", 1, c => new(ElementType.Int64, [ShapeSlice(c).Length])),
        One("Size", 1, _ => new(ElementType.Int64, [])),
    ];

    /// <summary>The dimensions that a Shape node returns; start and end came with opset 15.</summary>
    public static ReadOnlySpan<long> ShapeSlice(OpContext c)
    {
        var rank = c.X.Rank;
        var (start, end) = (At(c.Int("start", 0)), At(c.Int("end", rank)));
        return start < end ? c.X.Shape.AsSpan(start..end) : [];

        int At(long i) => (int)Math.Clamp(i < 0 ? i + rank : i, 0, rank);
    }

    private static TensorType Range(OpContext c)
    {
        var (start, limit, step) = (c.Number(0), c.Number(1), c.Number(2));
        if (step == 0 || double.IsNaN(start + limit + step)) throw c.Bad($"a range from {start} to {limit} by {step} has no length");
        var count = Math.Max(0, Math.Ceiling((limit - start) / step));
        return count <= int.MaxValue ? new(c.X.Element, [(long)count]) : throw c.Bad($"a range of {count} elements is too long");
    }
}
