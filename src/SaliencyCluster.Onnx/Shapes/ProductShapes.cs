using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Matrix products.</summary>
internal static class ProductShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("MatMul", 1, c => MatMul(c, c.X.Shape, c.Shape(1))),
        Shape("Gemm", 7, Gemm),
        Shape("com.microsoft:FusedGemm", 1, Gemm),
        Shape("com.microsoft:FusedMatMul", 1, c => MatMul(c, Turned(c, 0, "transBatchA", "transA"), Turned(c, 1, "transBatchB", "transB"))),
        One("MatMulInteger", 10, c => new(ElementType.Int32, MatMul(c, c.X.Shape, c.Shape(1)))),
        One("QLinearMatMul", 10, c => new(c.Type(7).Element, MatMul(c, c.X.Shape, c.Shape(3)))),
        Shape("Det", 11, c => c.X.Rank >= 2 && c.X.Shape[^1] == c.X.Shape[^2] ? c.X.Shape[..^2]
            : throw c.Bad("a determinant needs square matrices")),
        Shape("Einsum", 12, c => EinsumEquation.Of(c).OutputShape(c)),
    ];

    private static long[] MatMul(OpContext c, long[] a, long[] b)
    {
        if (a.Length == 0 || b.Length == 0) throw c.Bad("a matrix product needs inputs of rank 1 or more");
        long[] left = a.Length == 1 ? [1, .. a] : a, right = b.Length == 1 ? [.. b, 1] : b;
        if (left[^1] != right[^2]) throw c.Bad($"the inner dimensions {left[^1]} and {right[^2]} differ");
        var batch = Broadcasting.Shapes(c, left.AsSpan(..^2), right.AsSpan(..^2));
        return [.. batch, .. a.Length > 1 ? [left[^2]] : Array.Empty<long>(), .. b.Length > 1 ? [right[^1]] : Array.Empty<long>()];
    }

    private static long[] Gemm(OpContext c)
    {
        if (c.X.Rank != 2 || c.Type(1).Rank != 2) throw c.Bad("Gemm needs two matrices");
        var (a, b) = (Turned(c, 0, "", "transA"), Turned(c, 1, "", "transB"));
        if (a[1] != b[0]) throw c.Bad($"the inner dimensions {a[1]} and {b[0]} differ");
        long[] result = [a[0], b[1]];
        if (c.Has(2) && !Broadcasting.Shapes(c, result, c.Shape(2)).AsSpan().SequenceEqual(result))
            throw c.Bad("C does not broadcast to the product");
        return result;
    }

    // transBatch moves the first axis to where the rows are; trans exchanges the last two.
    private static long[] Turned(OpContext c, int input, string transBatch, string trans)
    {
        var shape = c.Shape(input);
        if (shape.Length < 2) return shape;
        if (c.Flag(transBatch)) shape = [.. shape[1..^1], shape[0], shape[^1]];
        return c.Flag(trans) ? [.. shape[..^2], shape[^1], shape[^2]] : shape;
    }
}
