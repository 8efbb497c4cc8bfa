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
        if (Values.ToLongs(c.Constant(0)) is not { } x || c.Int("block_size", 0) != 0) return null;
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
        if (t.Type.Rank != 1 || t.Type.Count != type.Shape[axis]) throw c.Bad($"input {input} does not fit axis {axis}");
        return StridedCopy.Of(t, type.Shape, [.. Enumerable.Range(0, type.Rank).Select(i => i == axis ? 1L : 0)]);
    }
}
