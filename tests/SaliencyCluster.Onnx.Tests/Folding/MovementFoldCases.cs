using SaliencyCluster.Onnx.Tests.Shapes;
using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Folding;

internal static class MovementFoldCases
{
    public static readonly OpCase[] All =
    [
        .. MakerCases.All.Where(c => c.Op is not "EyeLike"),
        new OpCase("EyeLike", [9], F(3, 4)).With(("k", -1)),
        new("Size", [13], X(2, 3)),
        new OpCase("OneHot", [11], L([2, 2], 0, 1, -1, 3), S(4L), Fs(-1, 1)).With(("axis", 1)),
        new("OneHot", [11], L(0, 2), S(3L), L(5, 6)),
        new("Flatten", [9], F(2, 3, 4)),
        new("Reshape", [13], F(2, 3, 4), L(0, -1)),
        new OpCase("Squeeze", [11], F(1, 3)).With(("axes", I(0))),
        new("Squeeze", [13], F(1, 3), L(0)),
        new OpCase("Unsqueeze", [11], F(3)).With(("axes", I(1))),
        new("Unsqueeze", [13], F(3), L(1)),
        new OpCase("Concat", [13], F(2, 1, 3), F(2, 2, 3)).With(("axis", 1)),
        new OpCase("Concat", [13], L(1), L(), L(2, 3)).With(("axis", 0)),
        new("Expand", [13], F(3, 1), L(2, 1, 4)),
        new("Pad", [13], F(2, 3), L(0, 1, 2, 0), S(9f)),
        new("Pad", [13], L(1, 2), L(1, 1)),
        new OpCase("Slice", [9], F(5, 6)).With(("starts", I(1)), ("ends", I(-1)), ("axes", I(1))),
        new("Slice", [13], F(5, 6), L(-1, 1), L(long.MinValue, 6), L(0, 1), L(-2, 2)),
        new("Slice", [13], F(5, 6), L(3), L(1)),
        new OpCase("Split", [11], F(4, 6)).With(("axis", 1)) with { Outputs = 3 },
        new OpCase("Split", [13], F(4, 6), L(1, 3)) with { Outputs = 2 },
        new("Tile", [13], F(2, 3), L(2, 2)),
        new OpCase("Transpose", [13], F(2, 3, 4)).With(("perm", I(2, 0, 1))),
        new("Transpose", [13], B(true, false)),
        new("Where", [16], B(true, false, true), F(2, 1), F(3)),
        new("Gather", [13], F(4, 3), L([2, 2], 0, -1, 2, 1)),
        new OpCase("Gather", [13], F(2, 4, 3), S(2L)).With(("axis", 1)),
        new OpCase("GatherElements", [13], F(3, 4), L([2, 2], 0, -1, 2, 1)).With(("axis", 1)),
        new("GatherND", [13], F(2, 3, 4), L([2, 2], 0, 1, 1, -1)),
        new OpCase("GatherND", [13], F(2, 3, 4), L([2, 2, 1], 1, 0, 2, 2)).With(("batch_dims", 1)),
        new OpCase("ScatterElements", [13], F(3, 4), L([2, 2], 0, -1, 2, 1), Positive(2, 2)).With(("axis", 1)),
        new("ScatterND", [13], F(4, 3), L([2, 1], 0, -1), Positive(2, 3)),
        new("ScatterND", [16], F(4, 3), L([2, 2], 0, 1, 3, 2), Positive(2)),
        new("NonZero", [13], L([2, 3], 0, 1, 2, 3, 0, 0)),
        new("NonZero", [13], B(false, true, true)),
        new("CumSum", [14], F(3, 4), S(0L)),
        new("CumSum", [14], L(1, 2, 3), S(-1L)),
        new OpCase("Trilu", [14], F(2, 3, 4), S(1L)).With(("upper", 1)),
        new OpCase("Trilu", [14], F(3, 3)).With(("upper", 0)),
    ];
}
