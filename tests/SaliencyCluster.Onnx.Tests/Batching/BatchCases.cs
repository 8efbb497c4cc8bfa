using SaliencyCluster.Onnx.Tests.Shapes;
using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Batching;

/// <summary>Nodes on the path of a batch, where the cases of the shape rules have none along their first axis.</summary>
internal static class BatchCases
{
    private static readonly OpInput _zero = Raw(ElementType.UInt8, [], 0);

    public static readonly OpCase[] All =
    [
        new OpCase("ArgMax", [13], X(2, 3, 4)).With(("axis", 1)),
        new OpCase("ArgMin", [13], X(2, 3, 4)).With(("axis", -1), ("keepdims", 0)),
        new OpCase("Concat", [13], X(2, 3), X(2, 3)).With(("axis", 1)),
        new OpCase("Concat", [13], F(1, 1, 4), X(2, 3, 4)).With(("axis", 1)),
        new OpCase("Einsum", [12], X(2, 3, 4), F(4, 5)).With(("equation", "bij,jk->bik")),
        new OpCase("Einsum", [12], X(2, 3, 4), X(2, 3, 4)).With(("equation", "bij,bkj->bik")),
        new("Expand", [13], X(2, 3, 1), L(1, 3, 4)),
        new OpCase("Gather", [13], X(2, 4, 3), L([2, 2], 0, 1, 2, -1)).With(("axis", 1)),
        new("Gather", [13], F(4, 3), X(ElementType.Int64, 2, 3)),
        new OpCase("GatherElements", [13], X(2, 3), X(ElementType.Int64, 2, 3)).With(("axis", 1)),
        new("GridSample", [16], X(2, 1, 4, 2), X(2, 1, 4, 2)),
        new("MatMul", [13], X(2, 3, 4), X(2, 4, 4)),
        new("MatMul", [13], F(5, 3), X(2, 3, 4)),
        new OpCase("com.microsoft:FusedMatMul", [13], X(2, 3, 4), X(2, 5, 4)).With(("transB", 1)),
        new OpCase("com.microsoft:FusedMatMul", [13], X(2, 4), F(5, 4)).With(("transB", 1)),
        new OpCase("com.microsoft:FusedMatMul", [13], F(5, 3), X(2, 4, 3)).With(("transB", 1)),
        new OpCase("MeanVarianceNormalization", [13], X(2, 3, 4)).With(("axes", I(1, 2))),
        new("Pad", [13], X(2, 3), L(0, 1, 0, 1), S(0.5f)),
        new("Slice", [13], X(2, 6), L(1), L(5), L(1), L(2)),
        new OpCase("ScatterElements", [13], X(2, 3), X(ElementType.Int64, 2, 3), X(2, 3)).With(("axis", 1)),
        new OpCase("Split", [13], X(2, 6)).With(("axis", 1)) with { Outputs = 3 },
        new("Squeeze", [13], X(2, 1, 3), L(1)),
        new("Tile", [13], X(2, 3), L(1, 2)),
        new OpCase("Transpose", [13], X(2, 3, 4)).With(("perm", I(0, 2, 1))),
        new("Trilu", [14], X(2, 3, 3)),
        new("Unsqueeze", [13], X(2, 3), L(1)),
        .. new[] { "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare" }
            .Select(op => new OpCase(op, [12], X(2, 3, 4)).With(("axes", I(1)), ("keepdims", 0))),
        new OpCase("MaxPool", [12], X(2, 3, 9)).With(("kernel_shape", I(3))),
        new("com.microsoft:SkipLayerNormalization", [13], X(2, 3, 4), X(2, 3, 4), F(4), F(4)),
        new("com.microsoft:SkipSimplifiedLayerNormalization", [13], X(2, 3, 4), X(2, 3, 4), F(4)),
        new OpCase("TopK", [11], X(2, 5), L(3)) with { Outputs = 2 },
        new OpCase("com.microsoft:QLinearConcat", [13], S(0.1f), _zero, X(ElementType.UInt8, 2, 3), S(0.1f), _zero,
            X(ElementType.UInt8, 2, 3), S(0.2f), _zero).With(("axis", 1)),
        new("CumSum", [14], X(2, 3), S(1L)),
    ];
}
