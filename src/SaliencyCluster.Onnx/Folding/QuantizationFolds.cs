using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Weights that are stored quantised.</summary>
internal static class QuantizationFolds
{
    public static readonly FoldRule[] Rules = [One("DequantizeLinear", 10, Dequantize)];

    private static ConstantTensor? Dequantize(OpContext c, TensorType type)
    {
        if (Values.ToLongs(c.Constant(0)) is not { } x) return null;
        var scale = Values.ToDoubles(PerAxis(c, 1, type)) ?? throw c.Bad("the scale must be numbers");
        var zero = c.Has(2) ? Values.ToLongs(PerAxis(c, 2, type)) ?? throw c.Bad("the zero point must be integers") : new long[x.Length];
        return Values.Of(type, [.. x.Select((v, i) => (v - zero[i]) * scale[i])]);
    }

    // One value for all, or one per index of the axis.
    private static ConstantTensor PerAxis(OpContext c, int input, TensorType type)
    {
        var t = c.Constant(input);
        if (t.Type.Count == 1) return StridedCopy.Of(t, type.Shape, new long[type.Rank]);
        var axis = c.Axis("axis", 1, type.Rank);
        if (c.Int("block_size", 0) is > 0 and var block) return PerBlock(c, input, t, type, axis, block);
        if (t.Type.Rank != 1 || t.Type.Count != type.Shape[axis]) throw c.Bad($"input {input} does not fit axis {axis}");
        return StridedCopy.Of(t, type.Shape, [.. Enumerable.Range(0, type.Rank).Select(i => i == axis ? 1L : 0)]);
    }

    // Since opset 21: one value for each run of indices along the axis.
    private static ConstantTensor PerBlock(OpContext c, int input, ConstantTensor t, TensorType type, int axis, long block)
    {
        var blocks = (type.Shape[axis] + block - 1) / block;
        long[] expected = [.. type.Shape.Select((d, i) => i == axis ? blocks : d)];
        if (!t.Type.Shape.AsSpan().SequenceEqual(expected)) throw c.Bad($"input {input} does not fit blocks of {block} along axis {axis}");
        // [.., blocks, ..] -> [.., blocks, block, ..], of which the last block may hold less than it could.
        long[] strides = StridedCopy.Strides(expected), wide = [.. expected[..(axis + 1)], block, .. expected[(axis + 1)..]];
        var spread = StridedCopy.Of(t, wide, [.. strides[..(axis + 1)], 0, .. strides[(axis + 1)..]]);
        long[] full = [.. expected.Select((d, i) => i == axis ? blocks * block : d)];
        return StridedCopy.Of(spread with { Type = spread.Type with { Shape = full } }, type.Shape, StridedCopy.Strides(full));
    }
}
