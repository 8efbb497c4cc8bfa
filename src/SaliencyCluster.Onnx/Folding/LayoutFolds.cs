using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Operators that move elements without changing them.</summary>
internal static class LayoutFolds
{
    public static readonly FoldRule[] Rules =
    [
        SameBytes("Flatten", 1),
        SameBytes("Reshape", 5),
        SameBytes("Squeeze", 1),
        SameBytes("Unsqueeze", 1),
        One("Concat", 4, Concat),
        One("Expand", 8, (c, type) => StridedCopy.Broadcast(c.Constant(0), type.Shape)),
        One("Pad", 11, Pad),
        One("Slice", 1, Slice),
        new("Split", 2, (c, types) => Split(c, types, c.IntsOrNull("split"))),
        new("Split", 13, (c, types) => Split(c, types, c.LongsOrNull(1))),
        One("Tile", 6, Tile),
        One("Transpose", 1, Transpose),
        One("Where", 9, Where),
    ];

    private static ConstantTensor Transpose(OpContext c, TensorType type)
    {
        var strides = StridedCopy.Strides(c.X.Shape);
        return StridedCopy.Of(c.Constant(0), type.Shape, [.. LayoutShapes.Permutation(c).Select(p => strides[p])]);
    }

    private static ConstantTensor Slice(OpContext c, TensorType type)
    {
        var (strides, spec) = (StridedCopy.Strides(c.X.Shape), SliceSpec.Of(c));
        return type.Count == 0 ? new(type, default) : StridedCopy.Of(c.Constant(0), type.Shape,
            [.. spec.Select((s, i) => s.Count > 1 ? s.Step * strides[i] : 0)], spec.Select((s, i) => s.Start * strides[i]).Sum());
    }

    // Tiling is broadcasting over an extra axis in front of each.
    private static ConstantTensor Tile(OpContext c, TensorType type)
    {
        var (repeats, strides) = (c.Longs(1), StridedCopy.Strides(c.X.Shape));
        var tiled = StridedCopy.Of(c.Constant(0), [.. repeats.Zip(c.X.Shape).SelectMany(p => new[] { p.First, p.Second })],
            [.. strides.SelectMany(s => new[] { 0, s })]);
        return tiled with { Type = type };
    }

    private static ConstantTensor Concat(OpContext c, TensorType type)
    {
        var axis = c.Axis("axis", 0, type.Rank);
        var (bytes, at) = (new byte[type.Count * type.Element.Size()], 0);
        var outer = Limits.Count(type.Shape.AsSpan(..axis));
        for (var row = 0; row < outer; row++)
            for (var i = 0; i < c.Inputs.Count; i++)
            {
                var part = c.Constant(i).Bytes;
                var length = (int)(part.Length / outer);
                part.Span.Slice(row * length, length).CopyTo(bytes.AsSpan(at));
                at += length;
            }
        return new(type, bytes);
    }

    private static ConstantTensor[] Split(OpContext c, TensorType[] types, long[]? given)
    {
        var (axis, strides, start) = (c.Axis("axis", 0, c.X.Rank), StridedCopy.Strides(c.X.Shape), 0L);
        return [.. types.Zip(IndexingShapes.Pieces(c, given), (type, size) =>
        {
            var piece = type.Count == 0
                ? new ConstantTensor(type, default) : StridedCopy.Of(c.Constant(0), type.Shape, strides, start * strides[axis]);
            start += size;
            return piece;
        })];
    }

    // Only the constant mode: the others are never met on constants.
    private static ConstantTensor? Pad(OpContext c, TensorType type)
    {
        var pads = LayoutShapes.Pads(c);
        if (c.Text("mode", "constant") != "constant" || pads.Any(p => p.Before < 0 || p.After < 0)) return null;
        var size = type.Element.Size();
        var fill = c.Has(2) ? c.Constant(2).Bytes : new byte[size];
        var filled = StridedCopy.Of(new(new(type.Element, [1]), fill), type.Shape, new long[type.Rank]);
        if (c.X.Count == 0) return filled;
        var bytes = filled.Bytes.ToArray();
        var (data, to) = (c.Constant(0).Bytes, StridedCopy.Strides(type.Shape));
        var from = StridedCopy.Strides(c.X.Shape);
        for (var i = 0L; i < c.X.Count; i++)
        {
            var at = Enumerable.Range(0, type.Rank).Sum(a => (i / from[a] % c.X.Shape[a] + pads[a].Before) * to[a]);
            data.Span.Slice((int)i * size, size).CopyTo(bytes.AsSpan((int)at * size));
        }
        return new(type, bytes);
    }

    private static ConstantTensor Where(OpContext c, TensorType type)
    {
        var parts = Enumerable.Range(0, 3).Select(i => StridedCopy.Broadcast(c.Constant(i), type.Shape).Bytes).ToArray();
        var condition = parts[0].Span;
        var size = type.Element.Size();
        var bytes = new byte[type.Count * size];
        for (var i = 0; i < condition.Length; i++)
            parts[condition[i] != 0 ? 1 : 2].Span.Slice(i * size, size).CopyTo(bytes.AsSpan(i * size));
        return new(type, bytes);
    }
}
