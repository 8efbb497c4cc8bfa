using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Operators that pick or place elements. Attention masks and position tables are often built of these at every run.</summary>
internal static class IndexingFolds
{
    public static readonly FoldRule[] Rules =
    [
        One("CumSum", 11, CumSum),
        One("Gather", 1, Gather),
        One("GatherElements", 11, (c, type) => Picked(c, type, ElementAt(c, type.Shape))),
        One("GatherND", 11, GatherNd),
        One("NonZero", 9, NonZero),
        One("ScatterElements", 11, ScatterElements),
        One("ScatterND", 11, ScatterNd),
        One("Trilu", 14, Trilu),
    ];

    private static ConstantTensor Gather(OpContext c, TensorType type)
    {
        var axis = c.Axis("axis", 0, c.X.Rank);
        var (indices, size) = (c.Longs(1), c.X.Shape[axis]);
        var inner = Limits.Count(c.X.Shape.AsSpan((axis + 1)..));
        return Picked(c, type, i =>
        {
            var (outer, picked, rest) = (i / inner / indices.Length, i / inner % indices.Length, i % inner);
            return (outer * size + At(c, indices[picked], size)) * inner + rest;
        });
    }

    private static ConstantTensor GatherNd(OpContext c, TensorType type)
    {
        var (indices, width, batch) = (c.Longs(1), (int)c.Shape(1)[^1], (int)c.Int("batch_dims", 0));
        if (!c.Shape(1).AsSpan(..batch).SequenceEqual(c.X.Shape.AsSpan(..batch)))
            throw c.Bad("the batch dimensions of data and indices differ");
        var strides = StridedCopy.Strides(c.X.Shape);
        var inner = Limits.Count(c.X.Shape.AsSpan((batch + width)..));
        var perBatch = Limits.Count(c.Shape(1).AsSpan(batch..^1));
        var batchStride = Limits.Count(c.X.Shape.AsSpan(batch..));
        return Picked(c, type, i => (i / inner / perBatch * batchStride)
            + Offset(c, indices, i / inner, width, strides.AsSpan(batch), c.X.Shape.AsSpan(batch)) + (i % inner));
    }

    private static ConstantTensor? ScatterElements(OpContext c, TensorType type)
    {
        if (c.Text("reduction", "none") != "none") return null;
        if (c.Type(1).Rank != c.X.Rank || !c.Shape(2).AsSpan().SequenceEqual(c.Shape(1)))
            throw c.Bad("indices and updates differ in shape");
        return Placed(c, type, c.Type(1).Count, 1, ElementAt(c, c.Shape(1)));
    }

    private static ConstantTensor? ScatterNd(OpContext c, TensorType type)
    {
        if (c.Text("reduction", "none") != "none") return null;
        if (c.Type(1).Rank == 0 || c.Shape(1)[^1] is < 1 || c.Shape(1)[^1] > c.X.Rank) throw c.Bad("the indices do not fit the data");
        var (indices, width) = (c.Longs(1), (int)c.Shape(1)[^1]);
        if (!c.Shape(2).AsSpan().SequenceEqual((long[])[.. c.Shape(1)[..^1], .. c.X.Shape[width..]]))
            throw c.Bad("the updates do not fit the indices");
        var strides = StridedCopy.Strides(c.X.Shape);
        var row = Limits.Count(c.X.Shape.AsSpan(width..));
        return Placed(c, type, indices.Length / width, row, i => Offset(c, indices, i, width, strides, c.X.Shape));
    }

    // The offset of the data element that element i of the indices stands for: its own place, but for the axis.
    private static Func<long, long> ElementAt(OpContext c, long[] shape)
    {
        var (axis, indices) = (c.Axis("axis", 0, c.X.Rank), c.Longs(1));
        var (from, to) = (StridedCopy.Strides(shape), StridedCopy.Strides(c.X.Shape));
        if (shape.Where((d, a) => a != axis && d > c.X.Shape[a]).Any()) throw c.Bad("the indices are larger than the data");
        return i => Enumerable.Range(0, shape.Length).Sum(a => to[a] * Index(i, a));

        long Index(long i, int a) => a == axis ? At(c, indices[i], c.X.Shape[a]) : i / from[a] % shape[a];
    }

    private static long Offset(OpContext c, long[] indices, long row, int width, ReadOnlySpan<long> strides, ReadOnlySpan<long> shape)
    {
        var offset = 0L;
        for (var k = 0; k < width; k++) offset += At(c, indices[row * width + k], shape[k]) * strides[k];
        return offset;
    }

    private static long At(OpContext c, long index, long size) =>
        index >= -size && index < size ? index < 0 ? index + size : index : throw c.Bad($"index {index} is outside a dimension of {size}");

    private static ConstantTensor Picked(OpContext c, TensorType type, Func<long, long> source)
    {
        var (data, size) = (c.Constant(0).Bytes, type.Element.Size());
        var bytes = new byte[type.Count * size];
        for (var i = 0; i < type.Count; i++) data.Span.Slice((int)source(i) * size, size).CopyTo(bytes.AsSpan(i * size));
        return new(type, bytes);
    }

    private static ConstantTensor Placed(OpContext c, TensorType type, long rows, long row, Func<long, long> target)
    {
        var (updates, size) = (c.Constant(2).Bytes, (int)row * type.Element.Size());
        var bytes = c.Constant(0).Bytes.ToArray();
        for (var i = 0; i < rows; i++) updates.Span.Slice(i * size, size).CopyTo(bytes.AsSpan((int)target(i) * type.Element.Size()));
        return new(type, bytes);
    }

    private static ConstantTensor? NonZero(OpContext c, TensorType type)
    {
        var (found, strides) = (IndexingShapes.NonZeros(c.Constant(0)), StridedCopy.Strides(c.X.Shape));
        return Values.Of(type, [.. strides.SelectMany((s, axis) => found.Select(i => i / s % c.X.Shape[axis]))]);
    }

    private static ConstantTensor? CumSum(OpContext c, TensorType type)
    {
        var axis = c.Axis(c.Long(1), c.X.Rank);
        if (c.Flag("exclusive") || c.Flag("reverse")) return null;
        var stride = (int)StridedCopy.Strides(c.X.Shape)[axis];
        if (type.Element.IsFloat()) return Values.Of(type, Accumulate(Values.ToDoubles(c.Constant(0))!, (a, b) => (float)(a + b)));
        return Values.ToLongs(c.Constant(0)) is { } longs ? Values.Of(type, Accumulate(longs, (a, b) => unchecked(a + b))) : null;

        T[] Accumulate<T>(T[] values, Func<T, T, T> add)
        {
            for (var i = 0; i < values.Length; i++)
                if (i / stride % c.X.Shape[axis] > 0) values[i] = add(values[i - stride], values[i]);
            return values;
        }
    }

    private static ConstantTensor Trilu(OpContext c, TensorType type)
    {
        if (type.Rank < 2) throw c.Bad("Trilu needs matrices");
        var (upper, k, size) = (c.Flag("upper", true), c.Has(1) ? c.Long(1) : 0, type.Element.Size());
        var bytes = c.Constant(0).Bytes.ToArray();
        for (var i = 0L; i < type.Count; i++)
        {
            var (row, column) = (i / type.Shape[^1] % type.Shape[^2], i % type.Shape[^1]);
            if (upper ? column - row < k : column - row > k) bytes.AsSpan((int)i * size, size).Clear();
        }
        return new(type, bytes);
    }
}
