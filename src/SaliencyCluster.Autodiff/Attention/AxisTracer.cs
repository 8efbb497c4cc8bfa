using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>
/// Follows rows, columns and images of the batch through a forward pass: which axis of which tensor counts them, also where axes are
/// split, joined, cut and put together. So places of tokens are known whatever the order and the exporter.
/// </summary>
internal sealed class AxisTracer
{
    private readonly Dictionary<Value, Axes> _axes = [];

    private AxisTracer()
    {
    }

    /// <summary>Follows the image of a forward pass, channels first.</summary>
    public static AxisTracer Of(ForwardGraph forward)
    {
        var tracer = new AxisTracer();
        var shape = forward.Image.Shape;
        if (shape.Length != 4) return tracer;
        var axes = Axes.Unknown(shape);
        if (shape[0] > 1) axes = axes.With(0, [new(Counted.Batch, shape[0])]);
        if (shape[2] > 1) axes = axes.With(2, [new(Counted.Rows, shape[2], 1, shape[2])]);
        if (shape[3] > 1) axes = axes.With(3, [new(Counted.Columns, shape[3], 1, shape[3])]);
        tracer._axes[forward.Image] = axes;
        // A model with channels last begins with a transposition that is no node of its own.
        foreach (var node in forward.Graph.Nodes) tracer.Follow(node);
        return tracer;
    }

    /// <summary>What the axes of a value count.</summary>
    public Axes this[Value value] => _axes.TryGetValue(value, out var axes) ? axes : Axes.Unknown(value.Shape);

    /// <summary>The axis that holds tokens of a whole grid, and the grid; null where none does.</summary>
    public (int Axis, TokenGrid Grid)? Tokens(Value value)
    {
        var axes = this[value];
        for (var axis = 0; axis < axes.Rank; axis++)
            if (Axes.Grid(axes[axis]) is { } grid) return (axis, grid);
        return null;
    }

    private void Follow(GraphNode node)
    {
        if (!node.Inputs.Any(i => i is not null && _axes.ContainsKey(i))) return;
        for (var i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is not { } output) continue;
            var axes = Made(node, output, i);
            if (axes.Each.Any(a => a.Any(f => f.What != Counted.Other))) _axes[output] = axes;
        }
    }

    private Axes Made(GraphNode node, Value y, int output)
    {
        var x = node.Inputs[0]!;
        return node.Op switch
        {
            "Transpose" => node.Ints("perm") is { Length: > 0 } perm ? new([.. perm.Select(p => this[x][Shapes.Axis(p, x.Rank)])])
                : new([.. this[x].Each.Reverse()]),
            "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" => this[x].Reshaped(y.Shape),
            "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool" or "LpPool" or "Resize" or "ConvInteger" or "QLinearConv"
                or "DepthToSpace" or "SpaceToDepth" => Convolved(this[x], y),
            "MatMul" or "MatMulInteger" => Product(node, y),
            "Gemm" => Product(node, y, node.Int("transA", 0) != 0, node.Int("transB", 0) != 0),
            "Einsum" => Summed(node, y),
            "Concat" => Joined(node, y),
            "Slice" => Cut(node, y),
            "Split" => Divided(node, y, output),
            "Gather" => Gathered(node, y),
            "Pad" => new([.. Shapes.Range(0, y.Rank).Select(axis => Padded(this[x][axis], x.Shape[axis], y.Shape[axis]))]),
            _ when node.Op.StartsWith("Reduce", StringComparison.Ordinal) => Reduced(node, y),
            _ => Axes.Broadcast(y.Shape, [.. node.Inputs.OfType<Value>().Select(v => (this[v], v.Shape))]),
        };
    }

    // Another grid over the same image.
    private static Axes Convolved(Axes x, Value y)
    {
        var axes = Axes.Unknown(y.Shape);
        if (x.Rank > 0 && x.Rank == y.Rank) axes = axes.With(0, x[0]);
        for (var axis = 2; axis < y.Rank && x.Rank == y.Rank; axis++)
            if (x[axis] is [{ Covers: true, What: var what }] && y.Shape[axis] > 1)
                axes = axes.With(axis, [new(what, y.Shape[axis], 1, y.Shape[axis])]);
        return axes;
    }

    private Axes Product(GraphNode node, Value y, bool turnedA = false, bool turnedB = false)
    {
        var (a, b) = (node.Inputs[0]!, node.Inputs[1]!);
        if (a.Rank < 2 || b.Rank < 2) return Axes.Unknown(y.Shape);
        var (axesA, axesB) = (this[a], this[b]);
        var batch = y.Shape[..^2];
        var lead = Axes.Broadcast(batch, [(new(axesA.Each[..^2]), a.Shape[..^2]), (new(axesB.Each[..^2]), b.Shape[..^2])]);
        return new([.. lead.Each, axesA.Each[turnedA ? ^1 : ^2], axesB.Each[turnedB ? ^2 : ^1]]);
    }

    private Axes Summed(GraphNode node, Value y)
    {
        var equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        if (equation.Contains('.', StringComparison.Ordinal) || !equation.Contains("->", StringComparison.Ordinal)) return Axes.Unknown(y.Shape);
        var arrow = equation.IndexOf("->", StringComparison.Ordinal);
        var terms = equation[..arrow].Split(',');
        return new([.. equation[(arrow + 2)..].Select((letter, axis) => Axes.Merged(y.Shape[axis],
            terms.Index().Where(t => t.Item.Contains(letter, StringComparison.Ordinal))
                .Select(t => (Value: node.Inputs[t.Index]!, Axis: t.Item.IndexOf(letter, StringComparison.Ordinal)))
                .Where(t => t.Value.Shape[t.Axis] == y.Shape[axis]).Select(t => this[t.Value][t.Axis])))]);
    }

    private Axes Joined(GraphNode node, Value y)
    {
        var axis = Shapes.Axis(node.Int("axis", 0), y.Rank);
        Value[] parts = [.. node.Inputs.OfType<Value>()];
        var rest = Axes.Broadcast(y.Shape, [.. parts.Select(p => (this[p], p.Shape))]);
        var before = 0L;
        foreach (var part in parts)
        {
            if (Axes.Grid(this[part][axis]) is { } grid)
                return rest.With(axis, [new(Counted.Tokens, y.Shape[axis]) { Grid = grid with { Offset = before + grid.Offset } }]);
            before += part.Shape[axis];
        }
        // A grid that is rolled: all of it, in another order.
        var moved = parts.Select(p => this[p][axis]).ToList();
        var isRolled = moved.All(m => m is [{ What: Counted.Moved }]) && moved.Select(m => (m[0].Stride, m[0].Extent)).Distinct().Count() == 1;
        return rest.With(axis, isRolled ? [moved[0][0] with { Size = y.Shape[axis] }] : Axes.Plain(y.Shape[axis]));
    }

    private Axes Cut(GraphNode node, Value y)
    {
        var x = node.Inputs[0]!;
        var axes = this[x];
        if (Longs(node, 1) is not { } starts) return Axes.Unknown(y.Shape);
        var along = Longs(node, 3) ?? [.. Shapes.Range(0, starts.Length).Select(i => (long)i)];
        var steps = Longs(node, 4) ?? [.. starts.Select(_ => 1L)];
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = Shapes.Axis(along[i], x.Rank);
            var start = Math.Clamp(starts[i] < 0 ? starts[i] + x.Shape[axis] : starts[i], 0, x.Shape[axis]);
            if (x.Shape[axis] != y.Shape[axis] || steps[i] < 0) axes = axes.With(axis, Part(axes[axis], start, y.Shape[axis], steps[i]));
        }
        return axes;
    }

    private Axes Divided(GraphNode node, Value y, int output)
    {
        var axis = Shapes.Axis(node.Int("axis", 0), y.Rank);
        var start = node.Outputs.Take(output).Sum(o => o?.Shape[axis] ?? 0);
        return this[node.Inputs[0]!].With(axis, Part(this[node.Inputs[0]!][axis], start, y.Shape[axis], 1));
    }

    /// <summary>A part of an axis, from <paramref name="start"/> on.</summary>
    private static Factor[] Part(Factor[] axis, long start, long size, long step) => axis switch
    {
        [{ What: Counted.Tokens, Grid: { } grid } tokens] when step == 1 && start <= grid.Offset && start + size >= grid.Offset + grid.Places =>
            [tokens with { Size = size, Grid = grid with { Offset = grid.Offset - start } }],
        [{ What: Counted.Rows or Counted.Columns, Covers: true } all] when step > 1 && start < step && size * step == all.Size =>
            [all with { Size = size, Stride = all.Stride * step }],
        [{ What: Counted.Rows or Counted.Columns or Counted.Moved } all] when step == 1 && size > 1 => [all with { What = Counted.Moved, Size = size }],
        _ => Axes.Plain(size),
    };

    private static Factor[] Padded(Factor[] axis, long from, long to) => from == to ? axis
        : axis is [{ What: Counted.Rows or Counted.Columns or Counted.Moved } all] ? [all with { What = Counted.Moved, Size = to }]
        : Axes.Plain(to);

    private Axes Gathered(GraphNode node, Value y)
    {
        var (x, indices) = (node.Inputs[0]!, node.Inputs[1]!);
        var axis = Shapes.Axis(node.Int("axis", 0), x.Rank);
        if (!_axes.ContainsKey(x)) return Axes.Unknown(y.Shape);
        var all = this[x];
        return new([.. all.Each[..axis], .. indices.Shape.Select(Axes.Plain), .. all.Each[(axis + 1)..]]);
    }

    private Axes Reduced(GraphNode node, Value y)
    {
        var x = node.Inputs[0]!;
        var axes = Longs(node, 1) is { Length: > 0 } some ? Shapes.Axes(some, x.Rank) : Shapes.Range(0, x.Rank);
        var keep = node.Int("keepdims", 1) != 0;
        return new([.. Shapes.Range(0, x.Rank).Where(a => keep || !axes.Contains(a)).Select(a => axes.Contains(a) ? [] : this[x][a])]);
    }

    private static long[]? Longs(GraphNode node, int input) =>
        input < node.Inputs.Count && node.Inputs[input]?.Constant is { } constant ? Constants.Longs(constant) : null;
}
