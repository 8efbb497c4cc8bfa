using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Matrix products.</summary>
internal static class MatrixRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Inputs("MatMul", since: 1, MatMulLeft, MatMulRight),
        Rule.Inputs("Gemm", since: 7, GemmLeft, GemmRight, c => c.Graph.SumTo(c.Dy, c.In(2).Shape) * c.Float("beta", 1)),
    ];

    // Vectors are matrices with one row (left) or one column (right), as ONNX defines them.
    private static Value Left(VjpContext c) => c.A.Rank == 1 ? c.Graph.Reshape(c.A, 1, c.A.Shape[0]) : c.A;

    private static Value Right(VjpContext c) => c.B.Rank == 1 ? c.Graph.Reshape(c.B, c.B.Shape[0], 1) : c.B;

    private static Value Dy(VjpContext c)
    {
        var shape = c.Dy.Shape.ToList();
        if (c.A.Rank == 1) shape.Insert(shape.Count - (c.B.Rank == 1 ? 0 : 1), 1);
        if (c.B.Rank == 1) shape.Add(1);
        return c.Graph.Reshape(c.Dy, [.. shape]);
    }

    private static Value MatMulLeft(VjpContext c)
    {
        var b = c.Graph.TransposeMatrix(Right(c));
        return c.Graph.Reshape(c.Graph.SumTo(c.Graph.MatMul(Dy(c), b), Left(c).Shape), c.A.Shape);
    }

    private static Value MatMulRight(VjpContext c)
    {
        var a = c.Graph.TransposeMatrix(Left(c));
        return c.Graph.Reshape(c.Graph.SumTo(c.Graph.MatMul(a, Dy(c)), Right(c).Shape), c.B.Shape);
    }

    // y = alpha op(A) op(B) + beta C; the transposes go into Gemm's own flags.
    private static Value GemmLeft(VjpContext c)
    {
        var (ta, tb) = (c.Int("transA", 0) != 0, c.Int("transB", 0) != 0);
        return ta ? Gemm(c, c.A, c.B, tb, c.Dy, true) : Gemm(c, c.A, c.Dy, false, c.B, !tb);
    }

    private static Value GemmRight(VjpContext c)
    {
        var (ta, tb) = (c.Int("transA", 0) != 0, c.Int("transB", 0) != 0);
        return tb ? Gemm(c, c.B, c.Dy, true, c.A, ta) : Gemm(c, c.B, c.A, !ta, c.Dy, false);
    }

    private static Value Gemm(VjpContext c, Value like, Value a, bool transposeA, Value b, bool transposeB) => c.Graph.Node(
        "Gemm", like.Type, [a, b],
        ("alpha", c.Float("alpha", 1)), ("transA", transposeA ? 1 : 0), ("transB", transposeB ? 1 : 0));
}
