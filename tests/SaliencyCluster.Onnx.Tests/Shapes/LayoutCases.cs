using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

internal static class LayoutCases
{
    public static readonly OpCase[] All =
    [
        new OpCase("Concat", [9, 13], X(2, 3, 4), F(2, 5, 4), F(2, 1, 4)).With(("axis", 1)),
        new OpCase("Concat", [11], X(2, 3), F(2, 5)).With(("axis", -1)),
        new("Expand", [8, 13], X(3, 1), L(2, 1, 4)),
        new("Expand", [8], X(2, 3), L(1)),
        new("Flatten", [7, 9], X(2, 3, 4)),
        new OpCase("Flatten", [9], X(2, 3, 4)).With(("axis", 0)),
        new OpCase("Flatten", [11], X(2, 3, 4)).With(("axis", -1)),
        new OpCase("Flatten", [9], X(2, 3, 4)).With(("axis", 3)),
        new OpCase("Pad", [7], X(2, 3)).With(("pads", I(0, 1, 2, 0))),
        new("Pad", [11, 13], X(2, 3), L(0, 1, 2, 0), S(0.5f)),
        new OpCase("Pad", [11], X(1, 1, 4, 4), L(0, 0, 1, 2, 0, 0, 2, 1)).With(("mode", "reflect")),
        new("Pad", [13], X(3, 4), L(-1, 0, 0, -2)),
        new("Pad", [18], X(2, 3, 4), L(1, 2), S(0f), L(-1)),
        new OpCase("Pad", [19], X(2, 3), L(0, 1, 0, 1)).With(("mode", "wrap")),
        new("Reshape", [7, 13], X(2, 3, 4), L(4, 6)),
        new("Reshape", [7], X(2, 3, 4), L(0, -1)),
        new("Reshape", [13], X(2, 3, 4), L(-1)),
        new("Reshape", [13], X(2, 3, 4), L(1, 0, -1, 2)),
        new("Squeeze", [9, 11, 13], X(1, 3, 1)),
        new OpCase("Squeeze", [9], X(1, 3, 1)).With(("axes", I(0))),
        new("Squeeze", [13], X(1, 3, 1), L(-1)),
        new OpCase("Unsqueeze", [9, 11], X(2, 3)).With(("axes", I(0, 2))),
        new("Unsqueeze", [13], X(2, 3), L(-1, 0)),
        new("Tile", [7, 13], X(2, 3), L(2, 3)),
        new("Transpose", [9, 13], X(2, 3, 4)),
        new OpCase("Transpose", [9], X(2, 3, 4)).With(("perm", I(1, 2, 0))),
        new OpCase("Slice", [7, 9], X(5, 6)).With(("starts", I(1, -3)), ("ends", I(4, 100))),
        new OpCase("Slice", [9], X(5, 6)).With(("starts", I(2)), ("ends", I(-1)), ("axes", I(1))),
        new("Slice", [10, 13], X(5, 6), L(1, 2), L(5, 6), L(0, 1), L(2, 3)),
        new("Slice", [11], X(5, 6), L(-1), L(long.MinValue), L(-1), L(-2)),
        new("Slice", [11], X(5, 6), L(1), L(3)),
        new("Slice", [13], X(5, 6), L(4), L(1), L(0), L(-1)),
        new("Slice", [13], X(5, 6), L(3), L(2), L(0)),
        new OpCase("Split", [7], X(6, 2)).With(("split", I(2, 4))) with { Outputs = 2 },
        new OpCase("Split", [11], X(2, 6)).With(("axis", -1)) with { Outputs = 3 },
        new OpCase("Split", [13], X(6, 2), L(1, 2, 3)) with { Outputs = 3 },
        new OpCase("Split", [18], X(7, 2)).With(("num_outputs", 3)) with { Outputs = 3 },
    ];
}
