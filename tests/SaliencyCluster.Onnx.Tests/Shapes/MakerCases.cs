using SaliencyCluster.TestKit;
using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>Tensors made from nothing or from shapes.</summary>
internal static class MakerCases
{
    public static readonly OpCase[] All =
    [
        new OpCase("Constant", [9]).With(("value", ModelBuilder.Tensor("", ConstantTensor.Of([2, 2], 1f, 2, 3, 4)))),
        new OpCase("Constant", [12]).With(("value_float", 2f)),
        new OpCase("Constant", [12]).With(("value_floats", new[] { 2f, 3f })),
        new OpCase("Constant", [12]).With(("value_int", 2)),
        new OpCase("Constant", [12]).With(("value_ints", I(2, 3))),
        new("ConstantOfShape", [9], L(2, 3)),
        new OpCase("ConstantOfShape", [20], L(2, 3)).With(("value", ModelBuilder.Tensor("", ConstantTensor.Of([1], 7L)))),
        new("EyeLike", [9, 22], X(3, 4)),
        new OpCase("EyeLike", [9], X(3, 4)).With(("dtype", (int)ElementType.Int64), ("k", 1)),
        new("Range", [11], S(2L), S(11L), S(3L)),
        new("Range", [11], S(1f), S(-0.9f), S(-0.5f)),
        new("Shape", [9, 13], X(2, 3, 4)),
        new OpCase("Shape", [15], X(2, 3, 4)).With(("start", 1), ("end", -1)),
        new("Size", [9, 13], X(2, 3, 4)),
    ];
}
