using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Specializing;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Operators that make tensors from nothing or from shapes.</summary>
internal static class MakerFolds
{
    public static readonly FoldRule[] Rules =
    [
        new("Constant", 1, (c, _) => ConstantNode.Value(c)),
        new("ConstantOfShape", 9, (c, type) => StridedCopy.Of(ConstantNode.Filling(c), type.Shape, new long[type.Rank])),
        new("Range", 11, Range),
        new("Shape", 1, (c, type) => Values.Of(type, ArithmeticShapes.ShapeSlice(c).ToArray())) { FromTypes = true },
        new("Size", 1, (c, type) => Values.Of(type, [c.X.Count])) { FromTypes = true },
    ];

    private static ConstantTensor? Range(OpContext c, TensorType type)
    {
        var index = Enumerable.Range(0, (int)type.Count);
        return type.Element.IsFloat()
            ? Values.Of(type, [.. index.Select(i => c.Number(0) + i * c.Number(2))])
            : Values.Of(type, [.. index.Select(i => c.Long(0) + i * c.Long(2))]);
    }
}
