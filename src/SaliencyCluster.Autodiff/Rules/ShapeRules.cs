using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Operators that only move elements.</summary>
internal static class ShapeRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("Flatten", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)),
        Rule.Unary("Reshape", since: 5, c => c.Graph.Reshape(c.Dy, c.X.Shape)),
        Rule.Unary("Squeeze", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)),
        Rule.Unary("Unsqueeze", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)),
        Rule.Unary("Transpose", since: 1, c =>
        {
            var permutation = c.Node.Ints("perm") ?? [.. Shapes.Range(0, c.X.Rank).Reverse().Select(i => (long)i)];
            return c.Graph.Transpose(c.Dy, [.. Shapes.Range(0, c.X.Rank).Select(i => Array.IndexOf(permutation, i))]);
        }),
        Rule.Variadic("Concat", since: 4, (c, i) =>
        {
            var axis = c.Axis("axis", 0);
            var start = Shapes.Range(0, i).Sum(j => c.In(j).Shape[axis]);
            return c.Graph.Slice(c.Dy, axis, start, c.In(i).Shape[axis]);
        }),
        Rule.Unary("Pad", since: 2, PadGradient),
    ];

    // Constant padding: cut it off. Mirrored padding is undone axis by axis: each border element was copied from inside.
    private static Value PadGradient(VjpContext c)
    {
        var pads = c.Longs(1);
        var rank = c.X.Rank;
        var mode = c.Node.Text("mode", "constant");
        if (mode == "constant") return c.Graph.Pad(c.Dy, [.. pads[..rank].Select(p => -p)], [.. pads[rank..].Select(p => -p)]);
        var dy = c.Dy;
        for (var axis = 0; axis < rank; axis++)
        {
            if (pads[axis] == 0 && pads[axis + rank] == 0) continue;
            dy = c.Graph.Along(dy, axis, Borders(mode, c.X.Shape[axis], pads[axis], dy.Shape[axis]));
        }
        return dy;
    }

    /// <summary>1 at [i, j] where padded element i is a copy of element j.</summary>
    private static double[,] Borders(string mode, long size, long before, long padded)
    {
        var matrix = new double[padded, size];
        for (var i = 0; i < padded; i++)
        {
            var j = i - before;
            if (mode == "edge") j = Math.Clamp(j, 0, size - 1);
            else if (mode == "wrap") j = ((j % size) + size) % size;
            else if (size == 1) j = 0;
            else
            {
                var period = 2 * (size - 1);
                j = ((j % period) + period) % period;
                if (j >= size) j = period - j;
            }
            matrix[i, j] = 1;
        }
        return matrix;
    }
}
