using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Operators that make tensors from nothing or from shapes.</summary>
internal static class MakerFolds
{
    public static readonly FoldRule[] Rules =
    [
        One("Constant", 1, (c, _) => ConstantNode.Value(c)),
        One("ConstantOfShape", 9, (c, type) => StridedCopy.Of(ConstantNode.Filling(c), type.Shape, new long[type.Rank])),
        FromType("EyeLike", 9, EyeLike),
        One("OneHot", 9, OneHot),
        One("Range", 11, Range),
        FromType("Shape", 1, (c, type) => Values.Of(type, ArithmeticShapes.ShapeSlice(c).ToArray())),
        FromType("Size", 1, (c, type) => Values.Of(type, [c.X.Count])),
    ];

    private static ConstantTensor? Range(OpContext c, TensorType type)
    {
        var index = Enumerable.Range(0, (int)type.Count);
        return type.Element.IsFloat()
            ? Values.Of(type, [.. index.Select(i => c.Number(0) + i * c.Number(2))])
            : Values.Of(type, [.. index.Select(i => c.Long(0) + i * c.Long(2))]);
    }

    private static ConstantTensor? EyeLike(OpContext c, TensorType type)
    {
        var shift = c.Int("k", 0);
        return Values.Of(type, [.. Positions(type).Select(i => i[1] - i[0] == shift ? 1L : 0)]);
    }

    private static ConstantTensor OneHot(OpContext c, TensorType type)
    {
        var axis = c.Axis("axis", -1, type.Rank);
        var depth = type.Shape[axis];
        var (index, values) = (Values.ToDoubles(c.Constant(0))!, c.Constant(2));
        if (values.Type.Count != 2) throw c.Bad("values must be the two numbers for off and on");
        // The index of the input is the output's without the new axis.
        var size = type.Element.Size();
        var bytes = new byte[type.Count * size];
        var inner = Limits.Count(type.Shape.AsSpan((axis + 1)..));
        for (var i = 0L; i < type.Count; i++)
        {
            var wanted = index[i / (depth * inner) * inner + i % inner];
            var on = (wanted < 0 ? wanted + depth : wanted) == i / inner % depth;
            values.Bytes.Span.Slice(on ? size : 0, size).CopyTo(bytes.AsSpan((int)i * size));
        }
        return new(type, bytes);
    }

    private static IEnumerable<long[]> Positions(TensorType type)
    {
        var strides = StridedCopy.Strides(type.Shape);
        for (var i = 0L; i < type.Count; i++) yield return [.. strides.Select((s, axis) => i / s % type.Shape[axis])];
    }
}
