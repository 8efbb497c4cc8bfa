using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Operators that pick elements by index: the gradient goes back where the elements came from, summed where they came twice.</summary>
internal static class IndexingRules
{
    private const string OneWay = "only the plain form and reduction 'add' have one";

    public static readonly VjpRule[] All =
    [
        Rule.Unary("Slice", since: 1, SliceGradients.Of),
        Rule.Unary("Gather", since: 1, GatherGradient),
        Rule.Unary("GatherElements", since: 11, c => ScatterAdd(c, c.In(1), c.Dy, c.Axis("axis", 0))),
        Rule.Unary("GatherND", since: 11, c => c.Graph.Node(
            "ScatterND", c.X.Type, [c.Graph.Zeros(c.X.Type), WithBatchIndices(c), c.Dy], ("reduction", "add"))),
        Rule.Unary("TopK", since: 1, c => ScatterAdd(c, c.Node.Output(1, new(ElementType.Int64, c.Y.Shape), c.Graph), c.Dy, c.Axis("axis", -1))),
        Updates("ScatterElements", 11,
            data: c => c.Graph.Node("ScatterElements", c.Dy.Type, [c.Dy, c.In(1), c.Graph.Zeros(c.In(2).Type)], ("axis", c.Int("axis", 0))),
            updates: c => c.Graph.Node("GatherElements", c.In(2).Type, [c.Dy, c.In(1)], ("axis", c.Int("axis", 0)))),
        Updates("ScatterND", 11,
            data: c => c.Graph.Node("ScatterND", c.Dy.Type, [c.Dy, c.In(1), c.Graph.Zeros(c.In(2).Type)]),
            updates: c => c.Graph.Node("GatherND", c.In(2).Type, [c.Dy, c.In(1)])),
    ];

    // Elements that were written over have no gradient; with reduction 'add' they keep theirs.
    private static VjpRule Updates(string op, int since, Func<VjpContext, Value> data, Func<VjpContext, Value> updates) =>
        new(op, since, VjpOutcome.Rule, "")
        {
            Serves = i => i != 1,
            Gradient = (c, i) => i == 2 ? updates(c) : c.Node.Text("reduction", "none") == "add" ? c.Dy : data(c),
            Refuses = node => node.Text("reduction", "none") is "none" or "add" ? null : OneWay,
        };

    private static Value ScatterAdd(VjpContext c, Value indices, Value dy, int axis) => c.Graph.Node(
        "ScatterElements", c.X.Type, [c.Graph.Zeros(c.X.Type), indices, dy], ("axis", axis), ("reduction", "add"));

    private static Value GatherGradient(VjpContext c)
    {
        var axis = c.Axis("axis", 0);
        var count = c.In(1).Shape.Count();
        long[] shape = [.. c.X.Shape[..axis], count, .. c.X.Shape[(axis + 1)..]];
        var dy = c.Graph.Reshape(c.Dy, shape);
        if (c.In(1).Constant is not null && Neighbours(c.Longs(1), c.X.Shape[axis]) is { } start)
            return c.Graph.Embed(dy, axis, start, c.X.Shape[axis]);
        var column = new long[c.X.Rank];
        Array.Fill(column, 1);
        return ScatterAdd(c, c.Graph.Expand(c.Graph.Reshape(c.In(1), column.With(axis, count)), shape), dy, axis);
    }

    /// <summary>The first index if all follow one another.</summary>
    private static long? Neighbours(long[] indices, long size)
    {
        var first = indices.Length == 0 ? 0 : indices[0] < 0 ? indices[0] + size : indices[0];
        for (var i = 0; i < indices.Length; i++)
            if ((indices[i] < 0 ? indices[i] + size : indices[i]) != first + i) return null;
        return first;
    }

    // GatherND's batch_dims are leading dimensions that keep their place; ScatterND has none, so they become indices.
    private static Value WithBatchIndices(VjpContext c)
    {
        var (indices, batch) = (c.In(1), (int)c.Int("batch_dims", 0));
        if (batch == 0) return indices;
        var rows = indices.Shape[..^1];
        var (count, places) = (rows.Count(), new long[rows.Count() * batch]);
        for (var row = 0L; row < count; row++)
        {
            var rest = row;
            for (var d = rows.Length - 1; d >= 0; d--)
            {
                if (d < batch) places[(row * batch) + d] = rest % rows[d];
                rest /= rows[d];
            }
        }
        return c.Graph.Concat([c.Graph.Constant(ConstantTensor.Of([.. rows, batch], places)), indices], rows.Length);
    }
}
