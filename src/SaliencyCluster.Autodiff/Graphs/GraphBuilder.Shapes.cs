using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Graphs;

internal sealed partial class GraphBuilder
{
    public Value Reshape(Value x, params long[] shape)
    {
        if (x.Shape.AsSpan().SequenceEqual(shape)) return x;
        if (x.Shape.Count() != shape.Count())
            throw new ArgumentException($"{x} cannot take the shape [{string.Join(',', shape)}].");
        return Node("Reshape", new(x.Type.Element, shape), [x, Ints(shape)]);
    }

    public Value Transpose(Value x, params int[] permutation)
    {
        if (permutation.SequenceEqual(Shapes.Range(0, x.Rank))) return x;
        return Node("Transpose", new(x.Type.Element, [.. permutation.Select(p => x.Shape[p])]), [x],
            ("perm", permutation.Select(p => (long)p).ToArray()));
    }

    /// <summary>Swaps the last two dimensions.</summary>
    public Value TransposeMatrix(Value x) =>
        Transpose(x, [.. Shapes.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);

    public Value Expand(Value x, params long[] shape) =>
        x.Shape.AsSpan().SequenceEqual(shape) ? x : Node("Expand", new(x.Type.Element, shape), [x, Ints(shape)]);

    public Value Concat(IReadOnlyList<Value> parts, int axis)
    {
        if (parts.Count == 1) return parts[0];
        return Node("Concat", new(parts[0].Type.Element, parts[0].Shape.With(axis, parts.Sum(p => p.Shape[axis]))), [.. parts],
            ("axis", axis));
    }

    /// <summary>Takes <c>[start, start + size)</c> of one axis.</summary>
    public Value Slice(Value x, int axis, long start, long size)
    {
        if (start == 0 && size == x.Shape[axis]) return x;
        return Node("Slice", new(x.Type.Element, x.Shape.With(axis, size)),
            [x, Ints(start), Ints(start + size), Ints(axis), Ints(1L)]);
    }

    /// <summary>Reverses one axis.</summary>
    public Value Flip(Value x, int axis) =>
        Node("Slice", x.Type, [x, Ints(-1L), Ints(long.MinValue), Ints(axis), Ints(-1L)]);

    /// <summary>Pads with zeros; negative numbers cut off.</summary>
    public Value Pad(Value x, long[] before, long[] after)
    {
        if (before.All(p => p == 0) && after.All(p => p == 0)) return x;
        var shape = x.Shape.Select((d, i) => d + before[i] + after[i]).ToArray();
        return Node("Pad", new(x.Type.Element, shape), [x, Ints([.. before, .. after])]);
    }

    /// <summary>Puts <paramref name="x"/> at <paramref name="start"/> of an axis of <paramref name="size"/> zeros.</summary>
    public Value Embed(Value x, int axis, long start, long size) => Pad(
        x, new long[x.Rank].With(axis, start), new long[x.Rank].With(axis, size - start - x.Shape[axis]));
}
