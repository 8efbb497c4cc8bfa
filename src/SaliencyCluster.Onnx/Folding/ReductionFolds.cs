using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Reductions of small constants.</summary>
internal static class ReductionFolds
{
    public static readonly FoldRule[] Rules =
    [
        .. Rows("ReduceSum", 13, (a, b) => a + b, (a, b) => unchecked(a + b)),
        .. Rows("ReduceMean", 18, (a, b) => a + b, null, (sum, n) => sum / n),
        .. Rows("ReduceProd", 18, (a, b) => a * b, (a, b) => unchecked(a * b)),
        .. Rows("ReduceMax", 18, Math.Max, Math.Max),
        .. Rows("ReduceMin", 18, Math.Min, Math.Min),
    ];

    /// <param name="op">The operator.</param>
    /// <param name="axesAreInputSince">The opset that made the axes an input.</param>
    /// <param name="real">Combines two floats.</param>
    /// <param name="integer">Combines two integers.</param>
    /// <param name="last">What becomes of the combination of so many floats at the end.</param>
    private static FoldRule[] Rows(
        string op, int axesAreInputSince, Func<double, double, double> real, Func<long, long, long>? integer,
        Func<double, int, double>? last = null) =>
    [
        One(op, 1, (c, type) => Fold(c, type, ReductionShapes.Axes(c, axesAreInput: false), real, integer, last)),
        One(op, axesAreInputSince, (c, type) => Fold(c, type, ReductionShapes.Axes(c, axesAreInput: true), real, integer, last)),
    ];

    private static ConstantTensor? Fold(
        OpContext c, TensorType type, int[] axes, Func<double, double, double> real, Func<long, long, long>? integer,
        Func<double, int, double>? last)
    {
        if (c.X.Count == 0 || type.Count == 0) return null;
        // Brings the reduced axes to the end, so that each output is a run of neighbours.
        var order = Enumerable.Range(0, c.X.Rank).OrderBy(i => axes.Contains(i)).ToArray();
        var strides = StridedCopy.Strides(c.X.Shape);
        var rows = StridedCopy.Of(c.Constant(0), [.. order.Select(i => c.X.Shape[i])], [.. order.Select(i => strides[i])]);
        if (type.Element.IsFloat())
        {
            var sums = Runs(Values.ToDoubles(rows)!, type.Count, real);
            return Values.Of(type, last is null ? sums : Array.ConvertAll(sums, v => last(v, (int)(c.X.Count / type.Count))));
        }
        return integer is not null && Values.ToLongs(rows) is { } longs ? Values.Of(type, Runs(longs, type.Count, integer)) : null;
    }

    private static T[] Runs<T>(T[] values, long count, Func<T, T, T> combine) =>
        [.. values.Chunk((int)(values.Length / count)).Select(run => run.Aggregate(combine))];
}
