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
        new("Concat", 4, Concat),
        new("Expand", 8, (c, type) => StridedCopy.Broadcast(c.Constant(0), type.Shape)),
        new("Gather", 1, Gather),
        new("Slice", 1, Slice),
        new("Tile", 6, Tile),
        new("Transpose", 1, Transpose),
        new("Where", 9, Where),
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

    private static ConstantTensor Gather(OpContext c, TensorType type)
    {
        var axis = c.Axis("axis", 0, c.X.Rank);
        var (data, indices, size) = (c.Constant(0).Bytes, c.Longs(1), c.X.Shape[axis]);
        var row = (int)(Limits.Count(c.X.Shape.AsSpan((axis + 1)..)) * type.Element.Size());
        var (bytes, at) = (new byte[type.Count * type.Element.Size()], 0);
        if (bytes.Length == 0) return new(type, bytes);
        for (var outer = 0; outer < Limits.Count(c.X.Shape.AsSpan(..axis)); outer++)
            foreach (var index in indices)
            {
                if (index < -size || index >= size) throw c.Bad($"index {index} is outside a dimension of {size}");
                var from = (int)(outer * size + (index < 0 ? index + size : index)) * row;
                data.Span.Slice(from, row).CopyTo(bytes.AsSpan(at));
                at += row;
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
