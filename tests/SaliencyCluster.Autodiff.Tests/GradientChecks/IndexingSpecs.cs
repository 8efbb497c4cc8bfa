using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class IndexingSpecs
{
    private static GradSpec Slice(string name, long[] x, long[] starts, long[] ends, long[]? axes = null, long[]? steps = null) => new(
        "Slice", [X(x), Ints(starts), Ints(ends), axes is null ? null : Ints(axes), .. steps is null ? (Arg?[])[] : [Ints(steps)]])
    { Case = name, From = 10 };

    public static readonly GradSpec[] All =
    [
        new("Slice", X(3, 4)) { Case = "attributes", Until = 9, Attributes = [("starts", new long[] { 1 }), ("ends", new long[] { 3 }), ("axes", new long[] { 1 })] },
        new("Slice", X(3, 4)) { Case = "attributes, all axes", Until = 9, Attributes = [("starts", new long[] { 1, -2 }), ("ends", new long[] { 9, -1 })] },
        Slice("all axes", [3, 4], [1, 0], [3, 2]),
        Slice("negative bounds", [3, 5], [-4], [-1], [1]),
        Slice("beyond the end", [3, 5], [1], [int.MaxValue], [-1]),
        Slice("step 2", [2, 5], [0], [5], [1], [2]),
        Slice("step 3 from 1", [2, 8], [1], [8], [1], [3]),
        Slice("reversed", [2, 4], [-1], [-100], [1], [-1]),
        Slice("reversed, step 2", [5, 6], [3, 5], [-100, 0], [0, 1], [-2, -2]),
        new("Gather", X(4, 3), Ints([2, 2], 0, 2, 2, -1)) { Case = "rows, one of them twice" },
        new("Gather", X(2, 5, 2), Ints(1, 2, 3)) { Case = "neighbours", Attributes = [("axis", 1)] },
        new("Gather", X(2, 5), Int(-2)) { Case = "scalar index", Attributes = [("axis", 1)] },
        new("GatherElements", X(3, 2), Ints([2, 2], 0, 2, 2, 2)) { From = 11 },
        new("GatherElements", X(2, 3), Ints([2, 2], 0, -1, 1, 1)) { Case = "axis 1", From = 11, Attributes = [("axis", 1)] },
        new("GatherND", X(2, 3, 2), Ints([3, 2], 0, 1, 1, 2, 0, 1)) { From = 11 },
        new("GatherND", X(2, 3, 2), Ints([2, 2, 1], 0, 2, 1, 1)) { Case = "batch dimension", From = 12, Attributes = [("batch_dims", 1)] },
        new("TopK", X(Draw.Distinct, 2, 5)) { IntegerOutputs = 1, Case = "attribute", Until = 9, Attributes = [("k", 2)] },
        new("TopK", X(Draw.Distinct, 2, 5), Ints(3)) { IntegerOutputs = 1, Case = "input", From = 10 },
        new("TopK", X(Draw.Distinct, 4, 2), Ints(2)) { IntegerOutputs = 1, Case = "smallest, first axis", From = 11, Attributes = [("axis", 0), ("largest", 0)] },
        new("ScatterElements", X(3, 3), Ints([2, 2], 0, 1, 2, 0), X(2, 2)) { From = 11 },
        new("ScatterElements", X(2, 4), Ints([2, 2], 0, 0, 3, 1), X(2, 2)) { Case = "add", From = 16, Attributes = [("axis", 1), ("reduction", "add")] },
        new("ScatterND", X(4, 2), Ints([2, 1], 3, 1), X(2, 2)) { From = 11 },
        new("ScatterND", X(4), Ints([3, 1], 3, 1, 3), X(3)) { Case = "add", From = 16, Attributes = [("reduction", "add")] },
    ];
}
