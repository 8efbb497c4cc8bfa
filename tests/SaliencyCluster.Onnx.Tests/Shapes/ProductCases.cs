using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>Matrix products and reductions.</summary>
internal static class ProductCases
{
    private static readonly string[] Reductions =
        ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"];

    public static readonly OpCase[] All =
    [
        new("MatMul", [9, 13], X(2, 3), F(3, 4)),
        new("MatMul", [9], X(5, 2, 3), F(3, 4)),
        new("MatMul", [9], X(5, 1, 2, 3), F(6, 3, 4)),
        new("MatMul", [9], X(3), F(3, 4)),
        new("MatMul", [9], X(2, 3), F(3)),
        new("MatMul", [9], X(3), F(3)),
        new("MatMul", [9], X(3), F(5, 3, 4)),
        new("Gemm", [7, 9, 11, 13], X(2, 3), F(3, 4), F(4)),
        new OpCase("Gemm", [9], X(3, 2), F(4, 3), F(2, 1)).With(("transA", 1), ("transB", 1), ("alpha", 0.5f)),
        new("Gemm", [11], X(2, 3), F(3, 4)),
        new OpCase("com.microsoft:FusedGemm", [13], X(2, 3), F(4, 3), F(4)).With(("transB", 1), ("activation", "Relu")),
        new OpCase("com.microsoft:FusedMatMul", [13], X(5, 3, 2), F(5, 4, 3)).With(("transA", 1), ("transB", 1), ("alpha", 0.5f)),
        new OpCase("com.microsoft:FusedMatMul", [13], X(3, 5, 2), F(5, 2, 4)).With(("transBatchA", 1)),
        new("MatMulInteger", [10], X(ElementType.UInt8, 2, 3), Raw(ElementType.UInt8, [3, 1], 1, 2, 3)),
        new("QLinearMatMul", [10], X(ElementType.UInt8, 2, 3), S(0.1f), Raw(ElementType.UInt8, [], 0),
            Raw(ElementType.UInt8, [3, 1], 1, 2, 3), S(0.1f), Raw(ElementType.UInt8, [], 0),
            S(0.1f), Raw(ElementType.UInt8, [], 0)),
        new("Det", [11, 22], X(2, 3, 3)),
        Einsum("ij,jk->ik", X(2, 3), F(3, 4)),
        Einsum("ij,jk", X(2, 3), F(3, 4)),
        Einsum("...ij,...jk->...ik", X(5, 2, 3), F(1, 3, 4)),
        Einsum("bhid,bhjd->bhij", X(2, 2, 3, 4), F(2, 2, 5, 4)),
        Einsum("ii->i", X(3, 3)),
        Einsum("...i->...", X(2, 3, 4)),
        Einsum("i...,i...", X(2, 3), F(2, 3)),

        .. Reductions.SelectMany(op => new OpCase[]
        {
            new OpCase(op, [7, 11, 12], X(2, 3, 4)).With(("axes", I(1, -1))),
            new OpCase(op, [11], X(2, 3, 4)).With(("axes", I(0)), ("keepdims", 0)),
            new OpCase(op, [11, 18], X(2, 3, 4)).With(("keepdims", 0)),
            new(op, [18], X(2, 3, 4), L(1, -1)),
            new OpCase(op, [18], X(2, 3, 4)).With(("noop_with_empty_axes", 1)),
        }),
        new("ReduceSum", [13], X(2, 3, 4), L(1)),
        .. new[] { "ArgMax", "ArgMin" }.SelectMany(op => new OpCase[]
        {
            new(op, [9, 13], X(2, 3, 4)),
            new OpCase(op, [11], X(2, 3, 4)).With(("axis", -1), ("keepdims", 0)),
        }),
    ];

    private static OpCase Einsum(string equation, params OpInput[] inputs) =>
        new OpCase("Einsum", [12], inputs).With(("equation", equation));
}
