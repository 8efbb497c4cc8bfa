using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that take axes away. Axes became an input with opset 13 (ReduceSum) and 18 (the others).</summary>
internal static class ReductionShapes
{
    /// <summary>All reductions that take axes.</summary>
    public static readonly string[] Operators =
    [
        "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
        "ReduceSumSquare",
    ];

    public static readonly ShapeRule[] Rules =
    [
        .. Operators.SelectMany(op => Reduction(op, AxesAreInputSince(op))),
        One("ArgMax", 1, Arg),
        One("ArgMin", 1, Arg),
    ];

    /// <summary>The axes that a reduction node removes.</summary>
    public static int[] Axes(OpContext c) => Axes(c, c.Opset >= AxesAreInputSince(c.Node.OpType));

    private static int AxesAreInputSince(string op) => op == "ReduceSum" ? 13 : 18;

    /// <summary>The axes that a reduction removes: the attribute before, the input after the change; none given means all.</summary>
    public static int[] Axes(OpContext c, bool axesAreInput)
    {
        var axes = axesAreInput ? c.LongsOrNull(1) : c.IntsOrNull("axes");
        if (axes is { Length: > 0 }) return c.Axes(axes, c.X.Rank);
        return axesAreInput && c.Flag("noop_with_empty_axes") ? [] : [.. Enumerable.Range(0, c.X.Rank)];
    }

    private static ShapeRule[] Reduction(string op, int axesAreInputSince) =>
    [
        Shape(op, 1, c => Reduce(c, Axes(c, axesAreInput: false), c.Flag("keepdims", true))),
        Shape(op, axesAreInputSince, c => Reduce(c, Axes(c, axesAreInput: true), c.Flag("keepdims", true))),
    ];

    private static long[] Reduce(OpContext c, int[] axes, bool keep) =>
        [.. c.X.Shape.Select((d, i) => axes.Contains(i) ? 1 : d).Where((_, i) => keep || !axes.Contains(i))];

    private static TensorType Arg(OpContext c) =>
        new(ElementType.Int64, Reduce(c, [c.Axis("axis", 0, c.X.Rank)], c.Flag("keepdims", true)));
}
