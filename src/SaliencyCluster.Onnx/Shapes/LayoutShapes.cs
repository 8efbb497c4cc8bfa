using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that keep the elements and change their arrangement.</summary>
internal static class LayoutShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("Concat", 4, Concat),
        Shape("Expand", 8, c => Broadcasting.Shapes(c, c.X.Shape, Sizes(c, 1))),
        Shape("Flatten", 1, Flatten),
        Shape("Pad", 2, c => [.. c.X.Shape.Zip(Pads(c), (d, p) => p.Before + d + p.After)]),
        Shape("Reshape", 5, Reshape),
        Shape("Squeeze", 1, c => Squeeze(c, c.IntsOrNull("axes"))),
        Shape("Squeeze", 13, c => Squeeze(c, c.LongsOrNull(1))),
        Shape("Tile", 6, Tile),
        Shape("Transpose", 1, c => [.. Permutation(c).Select(p => c.X.Shape[p])]),
        Shape("Unsqueeze", 1, c => Unsqueeze(c, c.Ints("axes"))),
        Shape("Unsqueeze", 13, c => Unsqueeze(c, c.Longs(1))),
    ];

    /// <summary>The order in which a Transpose takes the input's axes; by default reversed.</summary>
    public static int[] Permutation(OpContext c)
    {
        if (c.IntsOrNull("perm") is not { Length: > 0 } given) return [.. Enumerable.Range(0, c.X.Rank).Reverse()];
        if (given.Any(axis => axis < 0))
            throw c.Bad($"perm {OpContext.Text(given)} counts from the end, which only other operators' axes may");
        var perm = c.Axes(given, c.X.Rank);
        return perm.Length == c.X.Rank ? perm : throw c.Bad($"perm names {perm.Length} axes");
    }

    /// <summary>Dimensions that an input gives: none negative, not more than a tensor may have.</summary>
    public static long[] Sizes(OpContext c, int input)
    {
        var sizes = c.Longs(input);
        if (sizes.Length > Limits.MaxRank) throw c.Bad($"{sizes.Length} dimensions are more than {Limits.MaxRank}");
        return sizes.All(d => d >= 0) ? sizes : throw c.Bad($"the shape {OpContext.Text(sizes)} has a negative dimension");
    }

    /// <summary>
    /// How much a Pad node adds to each axis; a negative number cuts off. Pads became an input with opset 11, axes came with 18.
    /// </summary>
    public static (long Before, long After)[] Pads(OpContext c)
    {
        var pads = c.Opset >= 11 ? c.Longs(1) : c.Ints("pads");
        var axes = c.Opset >= 11 && c.LongsOrNull(3) is { } a ? c.Axes(a, c.X.Rank) : [.. Enumerable.Range(0, c.X.Rank)];
        if (pads.Length != 2 * axes.Length || pads.Any(p => p is < int.MinValue or > int.MaxValue))
            throw c.Bad($"pads {OpContext.Text(pads)} do not fit {axes.Length} axes");
        var result = new (long, long)[c.X.Rank];
        for (var i = 0; i < axes.Length; i++) result[axes[i]] = (pads[i], pads[i + axes.Length]);
        return result;
    }

    private static long[] Concat(OpContext c)
    {
        var axis = c.Axis(c.IntOrNull("axis") ?? throw c.Malformed("attribute 'axis' is missing"), c.X.Rank);
        var result = c.X.Shape.ToArray();
        for (var i = 1; i < c.Inputs.Count; i++)
        {
            var shape = c.Shape(i);
            var alike = shape.Length == result.Length && c.Type(i).Element == c.X.Element
                && shape.Index().All(d => d.Index == axis || d.Item == result[d.Index]);
            if (!alike)
                throw c.Bad($"input {i} does not line up with the first outside axis {axis}");
            result[axis] += shape[axis];
        }
        return result;
    }

    private static long[] Flatten(OpContext c)
    {
        var axis = c.Int("axis", 1);
        if (axis < -c.X.Rank || axis > c.X.Rank) throw c.Bad($"axis {axis} is outside rank {c.X.Rank}");
        var at = (int)(axis < 0 ? axis + c.X.Rank : axis);
        return [Limits.Count(c.X.Shape.AsSpan(..at)), Limits.Count(c.X.Shape.AsSpan(at..))];
    }

    private static long[] Reshape(OpContext c)
    {
        var (x, target) = (c.X.Shape, c.Longs(1));
        if (target.Length > Limits.MaxRank) throw c.Bad($"{target.Length} dimensions are more than {Limits.MaxRank}");
        var copyZero = !c.Flag("allowzero");
        var result = target.Select((d, i) => d != 0 || !copyZero ? d : i < x.Length ? x[i]
            : throw c.Bad($"dimension {i} of {OpContext.Text(target)} copies one that is not there")).ToArray();
        var free = Array.IndexOf(result, -1);
        if (free >= 0)
        {
            result[free] = 1;
            var known = Limits.Count(result);
            if (known <= 0 || Limits.Count(x) % known != 0)
                throw c.Bad($"no -1 in {OpContext.Text(target)} makes the element counts equal");
            result[free] = Limits.Count(x) / known;
        }
        return result.All(d => d >= 0) && Limits.Count(result) == Limits.Count(x) ? result
            : throw c.Bad($"the shape {OpContext.Text(target)} has another number of elements");
    }

    private static long[] Squeeze(OpContext c, long[]? axes)
    {
        var gone = axes is { Length: > 0 } ? c.Axes(axes, c.X.Rank) : [.. Enumerable.Range(0, c.X.Rank).Where(i => c.X.Shape[i] == 1)];
        if (gone.Any(a => c.X.Shape[a] != 1)) throw c.Bad($"axes {OpContext.Text(axes!)} are not all of size 1");
        return [.. c.X.Shape.Where((_, i) => !gone.Contains(i))];
    }

    private static long[] Unsqueeze(OpContext c, long[] axes)
    {
        var rank = c.X.Rank + axes.Length;
        if (rank > Limits.MaxRank) throw c.Bad($"{rank} dimensions are more than {Limits.MaxRank}");
        var added = c.Axes(axes, rank);
        var rest = new Queue<long>(c.X.Shape);
        return [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())];
    }

    private static long[] Tile(OpContext c)
    {
        var repeats = Sizes(c, 1);
        return repeats.Length == c.X.Rank ? [.. c.X.Shape.Zip(repeats, Limits.Multiply)]
            : throw c.Bad($"{repeats.Length} repeats do not fit the rank");
    }
}
