using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

internal static class IndexingCases
{
    public static readonly OpCase[] All =
    [
        new OpCase("Compress", [9], X(2, 3), B(true, false, true)).With(("axis", 1)),
        new("Compress", [11], X(2, 3), B(true, false, true)),
        new("Gather", [9, 13], X(4, 3), L([2, 2], 0, 1, 2, -1)),
        new OpCase("Gather", [11], X(4, 3), S(1L)).With(("axis", 1)),
        new OpCase("GatherElements", [11, 13], X(2, 3), L([1, 3], 0, 1, 0)),
        new("GatherND", [11, 13], X(2, 3, 4), L([2, 2], 0, 1, 1, 0)),
        new OpCase("GatherND", [12], X(2, 3, 4), L([2, 1], 1, 0)).With(("batch_dims", 1)),
        new("NonZero", [9, 13], Fs(0, 1, 0, 2)),
        new OpCase("OneHot", [9, 11], X(ElementType.Int64, 2, 3), S(5L), Fs(0, 1)).With(("axis", 1)),
        new("OneHot", [11], X(ElementType.Int64, 2, 3), L(4), Fs(0, 1)),
        new OpCase("ReverseSequence", [10], X(3, 2), L(1, 3)),
        new("Scatter", [9], X(2, 3), L([1, 2], 0, 1), F(1, 2)),
        new("ScatterElements", [11, 18], X(2, 3), L([1, 2], 0, 1), F(1, 2)),
        new("ScatterND", [11, 16], X(4, 3), L([2, 1], 0, 2), F(2, 3)),
        new OpCase("TopK", [9], X(2, 5)).With(("k", 3)) with { Outputs = 2 },
        new OpCase("TopK", [10, 11], X(5, 2), L(3)).With(("axis", 0)) with { Outputs = 2 },
        new OpCase("Trilu", [14], X(3, 4)).With(("upper", 0)),
    ];
}
