using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Operators that move, copy or leave out whole blocks of elements.</summary>
internal static class ShapeRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("Flatten", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)) with { ThroughIntegers = true },
        Rule.Unary("Reshape", since: 5, c => c.Graph.Reshape(c.Dy, c.X.Shape)) with { ThroughIntegers = true },
        Rule.Unary("Squeeze", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)) with { ThroughIntegers = true },
        Rule.Unary("Unsqueeze", since: 1, c => c.Graph.Reshape(c.Dy, c.X.Shape)) with { ThroughIntegers = true },
        Rule.Unary("Transpose", since: 1, c =>
        {
            var permutation = c.Node.Ints("perm") is { Length: > 0 } given ? given
                : [.. Shapes.Range(0, c.X.Rank).Reverse().Select(i => (long)i)];
            return c.Graph.Transpose(c.Dy, [.. Shapes.Range(0, c.X.Rank).Select(i => Array.IndexOf(permutation, i))]);
        }) with { ThroughIntegers = true },
        Rule.Variadic("Concat", since: 4, (c, i) =>
        {
            var axis = c.Axis("axis", 0);
            var start = Shapes.Range(0, i).Sum(j => c.In(j).Shape[axis]);
            return c.Graph.Slice(c.Dy, axis, start, c.In(i).Shape[axis]);
        }),
        Rule.Unary("Split", since: 2, c => c.Graph.Concat(
            [.. c.Node.Outputs.Select((part, i) => c.DyOf(i) ?? c.Graph.Zeros(part!.Type))], c.Axis("axis", 0))) with
        {
            AllOutputs = true,
            Refuses = node => node.Outputs.Any(o => o is null) ? "an output without a name" : null,
        },
        Rule.Unary("Expand", since: 8, c => c.Graph.SumTo(c.Dy, c.X.Shape)),
        Rule.Unary("Tile", since: 6, c =>
        {
            var repeats = c.Longs(1);
            var blocks = c.Graph.Reshape(c.Dy, [.. c.X.Shape.SelectMany((d, i) => (long[])[repeats[i], d])]);
            return c.Graph.Reshape(c.Graph.Sum(blocks, [.. Shapes.Range(0, c.X.Rank).Select(i => 2 * i)]), c.X.Shape);
        }),
        Rule.Unary("Pad", since: 2, PadGradient),
        Rule.Unary("DepthToSpace", since: 1, DepthToSpaceGradient),
        Rule.Unary("SpaceToDepth", since: 1, c =>
            c.Graph.Node("DepthToSpace", c.X.Type, [c.Dy], ("blocksize", c.Int("blocksize", 1)))),
        Rule.Unary("Trilu", since: 14, c => c.Graph.Node(
            "Trilu", c.X.Type, [c.Dy, c.Has(1) ? c.In(1) : null], ("upper", c.Int("upper", 1)))),
        Rule.Unary("ReverseSequence", since: 10, c => c.Graph.Node( // its own inverse
            "ReverseSequence", c.X.Type, [c.Dy, c.In(1)], ("batch_axis", c.Int("batch_axis", 1)), ("time_axis", c.Int("time_axis", 0)))),
        Rule.Unary("CumSum", since: 11, c => c.Graph.Node(
            "CumSum", c.X.Type, [c.Dy, c.In(1)], ("exclusive", c.Int("exclusive", 0)), ("reverse", 1 - c.Int("reverse", 0)))),
    ];

    private static Value DepthToSpaceGradient(VjpContext c)
    {
        var block = c.Int("blocksize", 1);
        if (c.Node.Text("mode", "DCR") == "DCR") return c.Graph.Node("SpaceToDepth", c.X.Type, [c.Dy], ("blocksize", block));
        var (n, h, w) = (c.X.Shape[0], c.X.Shape[2], c.X.Shape[3]);
        var blocks = c.Graph.Reshape(c.Dy, n, c.Y.Shape[1], h, block, w, block);
        return c.Graph.Reshape(c.Graph.Transpose(blocks, 0, 1, 3, 5, 2, 4), c.X.Shape);
    }

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
            dy = c.Graph.Along(dy, axis, Borders(c.Graph, mode, c.X.Shape[axis], pads[axis], dy.Shape[axis]));
        }
        return dy;
    }

    /// <summary>Pads with copies of the input's own elements: modes edge, reflect and wrap.</summary>
    public static Value Mirrored(GraphBuilder graph, Value x, long[] pads, string mode)
    {
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var size = x.Shape[axis];
            var padded = size + pads[axis] + pads[axis + x.Rank];
            if (padded != size || pads[axis] != 0)
                x = graph.Along(x, axis, GraphBuilder.Transposed(Borders(graph, mode, size, pads[axis], padded)));
        }
        return x;
    }

    /// <summary>1 at [i, j] where padded element i is a copy of element j.</summary>
    private static double[,] Borders(GraphBuilder graph, string mode, long size, long before, long padded)
    {
        var matrix = graph.EmptyMatrix(padded, size);
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
