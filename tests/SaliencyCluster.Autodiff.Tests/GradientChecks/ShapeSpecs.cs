using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ShapeSpecs
{
    public static readonly GradSpec[] All =
    [
        new("Flatten", X(2, 3, 2)),
        new("Flatten", X(2, 3, 2)) { Case = "axis 2", Attributes = [("axis", 2)] },
        new("Flatten", X(2, 3, 2)) { Case = "axis -1", From = 11, Attributes = [("axis", -1)] },
        new("Reshape", X(2, 6), Ints(3, -1)) { Case = "size inferred" },
        new("Reshape", X(2, 6), Ints(0, 2, 3)) { Case = "size copied" },
        new("Squeeze", X(2, 1, 3)) { Case = "attribute", Until = 12, Attributes = [("axes", new long[] { 1 })] },
        new("Squeeze", X(2, 1, 3), Ints(-2)) { Case = "input", From = 13 },
        new("Squeeze", X(2, 1, 3)) { Case = "all ones" },
        new("Unsqueeze", X(2, 3)) { Case = "attribute", Until = 12, Attributes = [("axes", new long[] { 0, 2 })] },
        new("Unsqueeze", X(2, 3), Ints(-1, 1)) { Case = "input", From = 13 },
        new("Transpose", X(2, 3, 4)) { Case = "reversed" },
        new("Transpose", X(2, 3, 4)) { Case = "cycle", Attributes = [("perm", new long[] { 1, 2, 0 })] },
        new("Concat", X(2, 1), X(2, 3), X(2, 2)) { Case = "three", Attributes = [("axis", 1)] },
        new("Concat", X(1, 2), Weights(2, 2), X(1, 2)) { Case = "with a constant, negative axis", From = 11, Attributes = [("axis", -2)] },
        new("Pad", X(2, 3)) { Case = "attribute", Until = 10, Attributes = [("pads", new long[] { 0, 1, 2, 0 }), ("value", 3f)] },
        new("Pad", X(2, 3)) { Case = "cut off, attribute", Until = 10, Attributes = [("pads", new long[] { 0, -1, 1, 0 })] },
        new("Pad", X(2, 4)) { Case = "reflect, attribute", Until = 10, Attributes = [("pads", new long[] { 1, 3, 0, 2 }), ("mode", "reflect")] },
        new("Pad", X(2, 3), Ints(0, 1, 2, 0), Float(3)) { Case = "input", From = 11 },
        new("Pad", X(2, 3), Ints(0, 1, 2, 0)) { Case = "edge", From = 11, Attributes = [("mode", "edge")] },
        new("Pad", X(3, 4), Ints(2, 1, 1, 3)) { Case = "reflect", From = 11, Attributes = [("mode", "reflect")] },
        new("Pad", X(3, 4), Ints(0, 2, 0, 1)) { Case = "wrap", From = 19, Attributes = [("mode", "wrap")] },
        new("Pad", X(1, 2, 3), Ints(1, 2), null, Ints(-1)) { Case = "axes", From = 18 },
        new("Split", X(2, 5)) { Case = "attribute", Until = 12, Outputs = 2, Attributes = [("axis", 1), ("split", new long[] { 2, 3 })] },
        new("Split", X(2, 5), Ints(1, 4)) { Case = "input", From = 13, Outputs = 2, Attributes = [("axis", -1)] },
        new("Split", X(6)) { Case = "equal parts", Until = 17, Outputs = 3 },
        new("Split", X(5, 2)) { Case = "num_outputs", From = 18, Outputs = 2, Attributes = [("num_outputs", 2)] },
        new("Expand", X(3, 1), Ints(2, 1, 4)) { From = 8 },
        new("Expand", X(2, 3), Ints(1, 1)) { Case = "shape is smaller", From = 8 },
        new("Tile", X(2, 3), Ints(2, 3)),
        new("Tile", X(2, 1, 2), Ints(1, 3, 1)) { Case = "one axis" },
        new("DepthToSpace", X(1, 8, 2, 3)) { Attributes = [("blocksize", 2)] },
        new("DepthToSpace", X(2, 8, 2, 3)) { Case = "CRD", From = 11, Attributes = [("blocksize", 2), ("mode", "CRD")] },
        new("SpaceToDepth", X(1, 2, 4, 6)) { Attributes = [("blocksize", 2)] },
        new("Trilu", X(2, 3, 3)) { Case = "upper", From = 14 },
        new("Trilu", X(3, 4), Int(1)) { Case = "lower, shifted", From = 14, Attributes = [("upper", 0)] },
        new("ReverseSequence", X(4, 2), Ints(3, 2)) { From = 10 },
        new("ReverseSequence", X(2, 4), Ints(3, 4)) { Case = "batch first", From = 10, Attributes = [("batch_axis", 0), ("time_axis", 1)] },
        new("CumSum", X(2, 4), Int(1)) { From = 11 },
        new("CumSum", X(2, 4), Int(0)) { Case = "exclusive, reversed", From = 11, Attributes = [("exclusive", 1), ("reverse", 1)] },
    ];
}
