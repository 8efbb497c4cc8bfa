using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that pick, place or order elements.</summary>
internal static class IndexingShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("Compress", 9, Compress),
        Shape("Gather", 1, Gather),
        Shape("GatherElements", 11, c => c.Type(1).Rank == c.X.Rank ? c.Shape(1)
            : throw c.Bad("the indices have another rank than the data")),
        Shape("GatherND", 11, GatherNd),                     // batch_dims since 12
        One("NonZero", 9, c => new(ElementType.Int64, [c.X.Rank, NonZeros(c.Constant(0)).Count])),
        One("OneHot", 9, OneHot),
        Unary("ReverseSequence", 10),
        Unary("Scatter", 9),                                 // the old name of ScatterElements
        Unary("ScatterElements", 11),
        Unary("ScatterND", 11),
        Shape("Slice", 1, c => [.. SliceSpec.Of(c).Select(s => s.Count)]),
        new("Split", 2, c => Split(c, c.IntsOrNull("split"))),
        new("Split", 13, c => Split(c, c.LongsOrNull(1))),
        new("TopK", 1, c => TopK(c, c.Int("k", -1))),
        new("TopK", 10, c => TopK(c, c.Long(1))),
        Unary("Trilu", 14),
    ];

    /// <summary>The positions of all elements of a constant that are not zero.</summary>
    public static List<int> NonZeros(ConstantTensor t)
    {
        var values = Values.ToDoubles(t) ?? [];
        return [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0)];
    }

    /// <summary>The sizes of a Split's pieces.</summary>
    public static long[] Pieces(OpContext c, long[]? given)
    {
        var (axis, count) = (c.Axis("axis", 0, c.X.Rank), c.Node.Output.Count);
        var size = c.X.Shape[axis];
        if (given is { Length: > 0 })
            return given.Length == count && given.All(p => p >= 0 && p <= size) && given.Sum() == size ? given
                : throw c.Bad($"pieces {OpContext.Text(given)} do not make {size} in {count} outputs");
        if (c.Int("num_outputs", count) != count) throw c.Malformed($"num_outputs is not the number of outputs, {count}");
        // Before opset 18 the pieces had to be equal; since then the last may be smaller.
        var piece = (size + count - 1) / count;
        if (c.Opset < 18 && size % count != 0 || piece * (count - 1) > size) throw c.Bad($"{size} cannot be split into {count} pieces");
        return [.. Enumerable.Repeat(piece, count - 1), size - piece * (count - 1)];
    }

    private static TensorType[] Split(OpContext c, long[]? given)
    {
        var axis = c.Axis("axis", 0, c.X.Rank);
        return [.. Pieces(c, given).Select(p => c.X with { Shape = [.. c.X.Shape.Select((d, i) => i == axis ? p : d)] })];
    }

    private static long[] Gather(OpContext c)
    {
        var axis = c.Axis("axis", 0, c.X.Rank);
        // Known indices are looked at here; others fail in the run, where the image chooses them.
        if (c.Operand(1).Constant is not null && c.Longs(1).Any(i => i < -c.X.Shape[axis] || i >= c.X.Shape[axis]))
            throw c.Bad($"an index is beyond the {c.X.Shape[axis]} elements along axis {axis}");
        return [.. c.X.Shape[..axis], .. c.Shape(1), .. c.X.Shape[(axis + 1)..]];
    }

    private static long[] GatherNd(OpContext c)
    {
        var (batch, indices) = (c.Int("batch_dims", 0), c.Shape(1));
        if (indices.Length == 0 || batch < 0 || batch >= indices.Length || batch + indices[^1] > c.X.Rank)
            throw c.Bad($"indices with {batch} batch dimensions do not fit the data");
        return [.. indices[..^1], .. c.X.Shape[(int)(batch + indices[^1])..]];
    }

    private static TensorType OneHot(OpContext c)
    {
        var depth = Values.ToDoubles(c.Constant(1)) is [var d] && d >= 0 && d <= int.MaxValue ? (long)d
            : throw c.Bad("depth must be one number, 0 or more");
        var axis = c.Axis("axis", -1, c.X.Rank + 1);
        return new(c.Type(2).Element, [.. c.X.Shape[..axis], depth, .. c.X.Shape[axis..]]);
    }

    private static TensorType[] TopK(OpContext c, long k)
    {
        var axis = c.Axis("axis", -1, c.X.Rank);
        if (k < 0 || k > c.X.Shape[axis]) throw c.Bad($"k {k} is not within a dimension of {c.X.Shape[axis]}");
        long[] shape = [.. c.X.Shape.Select((d, i) => i == axis ? k : d)];
        return [c.X with { Shape = shape }, new(ElementType.Int64, shape)];
    }

    private static long[] Compress(OpContext c)
    {
        var kept = NonZeros(c.Constant(1)).Count;
        if (c.IntOrNull("axis") is not { } given) return [Math.Min(kept, c.X.Count)];
        var axis = c.Axis(given, c.X.Rank);
        return [.. c.X.Shape.Select((d, i) => i == axis ? Math.Min(kept, d) : d)];
    }
}
