using SaliencyCluster.Onnx.Tests.Shapes;
using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Folding;

internal static class ArithmeticFoldCases
{
    public static readonly OpCase[] All =
    [
        .. new[]
        {
            "Abs", "Acos", "Asin", "Atan", "Ceil", "Cos", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sin", "Softplus", "Sqrt", "Tanh",
        }.Select(op => new OpCase(op, [9, 13], Fs(-2.5f, -0.5f, 0, 0.5f, 1.5f, 3))),
        new("Round", [11], Fs(-2.5f, -0.5f, 0, 0.5f, 1.5f, 3)),
        new("Sign", [13], Fs(-2.5f, 0, 3)),
        .. new[] { "Abs", "Neg", "Sign" }.Select(op => new OpCase(op, [13], L(-2, 0, 3))),
        new("Not", [9], B(true, false)),
        .. from to in new[] { ElementType.Float, ElementType.Double, ElementType.Int64, ElementType.Int32, ElementType.UInt8, ElementType.Int8, ElementType.Bool }
           from input in new[] { Fs(-0f, 0.5f, 1.5f, 100), L(0, 1, 255, 127), B(true, false) }
           select new OpCase("Cast", [13], input).With(("to", (int)to)),
        new OpCase("Cast", [13], Fs(-1.5f, -0.5f)).With(("to", (int)ElementType.Int32)),
        new("CastLike", [15], Fs(1.5f, 2), L(0)),
        new("Clip", [11, 13], Fs(-2, 0, 3), S(-1f), S(2f)),

        .. new[] { "Add", "Div", "Mul", "Sub" }.SelectMany(op => new OpCase[]
        {
            new(op, [7, 14], F(2, 3), Positive(3)),
            new(op, [7, 14], L(-7, 7, 8), S(3L)),
            new(op, [14], Raw(ElementType.UInt8, [2], 200, 100), Raw(ElementType.UInt8, [2], 100, 7)),
        }),
        .. new[] { "Max", "Min" }.Select(op => new OpCase(op, [13], L(-7, 7, 8), S(3L), L(4))),
        .. new[] { "Max", "Min", "Sum" }.Select(op => new OpCase(op, [8, 13], Fs(1, -2), Fs(0.5f), Fs(0, 3))),
        .. new[] { "And", "Or", "Xor" }.Select(op => new OpCase(op, [7], B(true, false, true, false), B(true, true, false, false))),
        new("Mod", [13], L(-7, 7, 8), L(3, -3, 3)),
        new OpCase("Mod", [13], Fs(-7.5f, 7.5f), Fs(3, -2)).With(("fmod", 1)),
        new("Pow", [13], Fs(2, 3, 0.5f), Fs(2, 0.5f, -1)),
        new("Pow", [13], Fs(2, 3), L(2)),
        .. new[] { "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" }.SelectMany(op => new OpCase[]
        {
            new(op, [13], Fs(1, 2, 3), Fs(2)),
            new(op, [13], L(1, 2, 3), L([3, 1], 1, 2, 3)),
        }),
        .. new[] { "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum" }.SelectMany(op => new OpCase[]
        {
            new OpCase(op, [11], F(2, 3, 4)).With(("axes", I(1))),
            new OpCase(op, [11], F(2, 3)).With(("keepdims", 0)),
            new(op, [18], F(2, 3, 4), L(0, -1)),
        }),
        .. new[] { "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin" }.Select(op => new OpCase(op, [11], L(2, 3, 4))
        .With(("keepdims", 0))),

        new("DequantizeLinear", [10, 13], Raw(ElementType.Int8, [2, 2], 1, 255, 128, 7), S(0.5f), Raw(ElementType.Int8, [], 3)),
        new OpCase("DequantizeLinear", [13], Raw(ElementType.UInt8, [2, 2], 1, 255, 128, 7), Fs(0.5f, 0.25f),
            Raw(ElementType.UInt8, [2], 3, 4)).With(("axis", 0)),
        new("DequantizeLinear", [13], Raw(ElementType.Int8, [2, 2], 1, 255, 128, 7), Fs(0.5f, 0.25f)),
    ];
}
