using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>What the axes of a tensor count. Those of size 1 hold no factor.</summary>
/// <param name="Each">By axis.</param>
internal sealed record Axes(Factor[][] Each)
{
    public Factor[] this[int axis] => Each[axis];

    public int Rank => Each.Length;

    /// <summary>Gets whether anything is known.</summary>
    public bool Known => Each.Any(axis => axis.Any(f => f.What is not (Counted.Other or Counted.Batch)));

    public static Axes Unknown(long[] shape) => new([.. shape.Select(Plain)]);

    public static Factor[] Plain(long size) => size == 1 ? [] : [Factor.Other(size)];

    /// <summary>The axes with one of them changed.</summary>
    public Axes With(int axis, Factor[] factors)
    {
        var each = (Factor[][])Each.Clone();
        each[axis] = factors;
        return new(each);
    }

    /// <summary>The grid that an axis holds, perhaps among other tokens; null where it holds none, or part of one.</summary>
    public static TokenGrid? Grid(Factor[] axis) => axis switch
    {
        [{ What: Counted.Tokens } tokens] => tokens.Grid,
        [{ What: Counted.Rows, Covers: true } rows, { What: Counted.Columns, Covers: true } columns] => new(0, rows.Size, columns.Size, false),
        [{ What: Counted.Columns, Covers: true } columns, { What: Counted.Rows, Covers: true } rows] => new(0, rows.Size, columns.Size, true),
        _ => null,
    };

    /// <summary>The axes of another shape with the same elements.</summary>
    public Axes Reshaped(long[] shape)
    {
        var left = new Stack<Factor>(Each.SelectMany(axis => axis).Reverse());
        var each = new Factor[shape.Length][];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var (parts, need) = (new List<Factor>(), shape[axis]);
            while (need > 1)
            {
                if (!left.TryPop(out var next)) return Unknown(shape);
                if (need % next.Size == 0)
                {
                    need /= next.Size;
                }
                else if (next.Size % need == 0)
                {
                    (next, var inner) = next.Split(need);
                    left.Push(inner);
                    need = 1;
                }
                else
                {
                    return Unknown(shape);
                }
                if (parts.Count > 0 && parts[^1].Join(next) is { } joined) parts[^1] = joined;
                else parts.Add(next);
            }
            each[axis] = [.. parts];
        }
        return new(each);
    }

    /// <summary>What the axes of an elementwise operator's result count.</summary>
    public static Axes Broadcast(long[] shape, IReadOnlyList<(Axes Axes, long[] Shape)> inputs) =>
        new([.. shape.Select((size, axis) => Merged(size, inputs.Select(i => (i.Axes, i.Shape, Axis: i.Axes.Rank - shape.Length + axis))
            .Where(i => i.Axis >= 0 && i.Shape[i.Axis] == size).Select(i => i.Axes[i.Axis])))]);

    /// <summary>What is known most of.</summary>
    public static Factor[] Merged(long size, IEnumerable<Factor[]> axes)
    {
        var known = axes.Where(a => a.Any(f => f.What != Counted.Other)).ToList();
        return known.FirstOrDefault(a => a.All(f => f.What != Counted.Moved)) ?? known.FirstOrDefault() ?? Plain(size);
    }
}
