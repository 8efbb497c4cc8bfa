using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>The gradient of Slice: zeros with the slice put back where it was.</summary>
internal static class SliceGradients
{
    public static Value Of(VjpContext c)
    {
        var (starts, rank) = (c.Longs(1), c.X.Rank);
        var axes = c.Has(3) ? c.Longs(3).Select(a => Shapes.Axis(a, rank)).ToArray() : Shapes.Range(0, starts.Length);
        var steps = c.Has(4) ? c.Longs(4) : [.. Enumerable.Repeat(1L, starts.Length)];
        var (before, after, dy) = (new long[rank], new long[rank], c.Dy);
        for (var i = 0; i < axes.Length; i++)
        {
            var (axis, step) = (axes[i], steps[i]);
            var (size, count) = (c.X.Shape[axis], c.Y.Shape[axis]);
            var start = starts[i] < 0 ? starts[i] + size : starts[i];
            start = step > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, size - 1);
            if (step < 0)
            {
                dy = c.Graph.Flip(dy, axis);
                start += (count - 1) * step;
                step = -step;
            }
            dy = Spread(c.Graph, dy, axis, count, step);
            before[axis] = start;
            after[axis] = size - start - dy.Shape[axis];
        }
        return c.Graph.Pad(dy, before, after);
    }

    /// <summary>Puts step - 1 zeros between neighbours.</summary>
    private static Value Spread(GraphBuilder graph, Value x, int axis, long count, long step)
    {
        if (step == 1 || count <= 1) return x;
        long[] column = [.. x.Shape[..(axis + 1)], 1, .. x.Shape[(axis + 1)..]];
        var padded = graph.Embed(graph.Reshape(x, column), axis + 1, 0, step);
        return graph.Slice(graph.Reshape(padded, x.Shape.With(axis, count * step)), axis, 0, ((count - 1) * step) + 1);
    }
}
