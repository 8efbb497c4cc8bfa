using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Quantised tensors.</summary>
internal static class QuantizationShapes
{
    public static readonly ShapeRule[] Rules =
    [
        .. new[] { "", "com.microsoft:" }.SelectMany(domain => new[]
        {
            Unary(domain + "DequantizeLinear", domain.Length > 0 ? 1 : 10, c => Scaled(c).Type(1).Element),
            Unary(domain + "QuantizeLinear", domain.Length > 0 ? 1 : 10, Quantized),
        }),
        new("DynamicQuantizeLinear", 11, c =>
            [c.X with { Element = ElementType.UInt8 }, new(ElementType.Float, []), new(ElementType.UInt8, [])]),

        // Of the format QOperator: each tensor with its scale and zero point behind it.
        Shape("com.microsoft:QLinearAdd", 1, c => Broadcasting.Shapes(c, c.Shape(0), c.Shape(3))),
        Shape("com.microsoft:QLinearMul", 1, c => Broadcasting.Shapes(c, c.Shape(0), c.Shape(3))),
        Unary("com.microsoft:QLinearSigmoid", 1),
        Unary("com.microsoft:QLinearLeakyRelu", 1),
        Shape("com.microsoft:QLinearSoftmax", 1, Softmax),
        Shape("com.microsoft:QLinearGlobalAveragePool", 1, c => PoolShapes.Global(ChannelsFirst(c))),
        Shape("com.microsoft:QLinearAveragePool", 1, c => PoolShapes.Pool(ChannelsFirst(c))),
        One("com.microsoft:QLinearConcat", 1, Concat),
        One("com.microsoft:QGemm", 1, Gemm),
    ];

    private static OpContext ChannelsFirst(OpContext c) =>
        c.Flag("channels_last") ? throw c.Malformed("channels_last is not known here") : c;

    // Before opset 13 a Softmax ran over all dimensions from the axis on.
    private static long[] Softmax(OpContext c) => c.Int("opset", 13) >= 13 || c.Axis("axis", 1, c.X.Rank) == c.X.Rank - 1 ? c.X.Shape
        : throw c.Malformed("a softmax of an opset before 13 over several dimensions is not known here");

    private static TensorType Concat(OpContext c)
    {
        if (c.Inputs.Count < 5 || (c.Inputs.Count - 2) % 3 != 0) throw c.Malformed("it needs a scale and a zero point for each part");
        var parts = Enumerable.Range(0, (c.Inputs.Count - 2) / 3).Select(i => c.Shape(2 + (3 * i))).ToArray();
        var (first, axis) = (c.Type(2), c.Axis("axis", 0, parts[0].Length));
        if (parts.Any(p => p.Length != first.Rank || p.Where((d, i) => i != axis && d != first.Shape[i]).Any()))
            throw c.Bad("the parts do not fit each other");
        return first with { Shape = [.. first.Shape.Select((d, i) => i == axis ? parts.Sum(p => p[axis]) : d)] };
    }

    private static TensorType Gemm(OpContext c)
    {
        if (c.X.Rank != 2 || c.Type(3).Rank != 2) throw c.Bad("it needs two matrices");
        var (a, b) = (c.Flag("transA") ? c.X.Shape.Reverse().ToArray() : c.X.Shape, c.Flag("transB") ? c.Shape(3).Reverse().ToArray() : c.Shape(3));
        if (a[1] != b[0]) throw c.Bad("the matrices do not fit");
        if (c.Has(6) && !c.Shape(6).AsSpan().SequenceEqual([b[1]])) throw c.Bad("the bias does not fit");
        return new(c.Has(7) ? c.Has(8) ? c.Type(8).Element : ElementType.UInt8 : ElementType.Float, [a[0], b[1]]);
    }

    // Scale and zero point: one for all, one for each place of an axis, or, since opset 21, one for each block of places.
    private static OpContext Scaled(OpContext c)
    {
        var block = c.Int("block_size", 0);
        for (var i = 1; i <= 2; i++)
        {
            if (!c.Has(i) || c.Shape(i) is [] or [1]) continue;
            var (shape, axis) = (c.Shape(i), c.Axis("axis", 1, c.X.Rank));
            if (block > 0)
            {
                long[] blocks = [.. c.X.Shape.Select((d, k) => k == axis && d > 0 ? 1 + ((d - 1) / block) : d)];
                if (shape.AsSpan().SequenceEqual(blocks)) continue;
                throw c.Bad($"input {i} must have one value for each {block} places of axis {axis}: [{string.Join(',', blocks)}]");
            }
            else if (shape is not [var n]) throw c.Bad($"input {i} must be one value, or one for each place of axis {axis}");
            else if (c.X.Shape[axis] != n) throw c.Bad($"input {i} has {n} values for the {c.X.Shape[axis]} places of axis {axis}");
        }
        return c;
    }

    // The zero point's type, or since opset 21 the attribute's.
    private static ElementType Quantized(OpContext c) => Scaled(c).Has(2) ? c.Type(2).Element
        : c.Int("output_dtype", 0) is > 0 and var type ? (ElementType)type : ElementType.UInt8;
}
