using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

internal static class ElementwiseCases
{
    public static readonly OpCase[] All =
    [
        .. new[]
        {
            "Abs", "Acos", "Asin", "Atan", "Ceil", "Cos", "Elu", "Exp", "Floor", "HardSigmoid", "Identity", "LeakyRelu", "Log", "Neg", "Reciprocal",
            "Relu", "Selu", "Sigmoid", "Sin", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh",
        }.Select(op => new OpCase(op, [7, 9, 22], X(2, 3, 4))),
        .. new[] { "Acosh", "Asinh", "Atanh", "Cosh", "Erf", "IsNaN", "Shrink", "Sign", "Sinh" }
        .Select(op => new OpCase(op, [9, 22], X(2, 3))),
        .. new[] { "Celu", "HardSwish", "IsInf", "Round", "ThresholdedRelu" }.Select(op => new OpCase(op, [14, 22], X(2, 3))),
        new("Gelu", [20], X(2, 3)),
        new("Mish", [18], X(2, 3)),
        new("Swish", [24], X(2, 3)),
        new("BitwiseNot", [18], X(ElementType.Int32, 2, 3)),
        new("Not", [9], X(ElementType.Bool, 2, 3)),
        new OpCase("Clip", [7], X(2, 3)).With(("min", -0.5f), ("max", 0.01f)),
        new("Clip", [11, 22], X(2, 3), S(-0.5f), S(0.01f)),
        new("Clip", [13], X(2, 3), None, S(0.01f)),
        new("Clip", [13], X(2, 3)),
        .. new[] { ElementType.Double, ElementType.Int64, ElementType.Bool, ElementType.UInt8 }
            .Select(t => new OpCase("Cast", [13], X(2, 3)).With(("to", (int)t))),
        // These become float32: nothing is rounded.
        .. new[] { ElementType.Float16, ElementType.BFloat16 }.Select(t => new OpCase("Cast", [13], X(2, 3))
        .With(("to", (int)t)) with { Tolerance = 1e-3 }),
        new("CastLike", [15], X(2, 3), L(1)),
        new("CumSum", [11], X(2, 3), S(1L)),
        new("Dropout", [7, 9, 12, 22], X(2, 3)),
        new("com.microsoft:BiasGelu", [13], X(2, 3), F(3)),
        new("com.microsoft:FastGelu", [13], X(2, 3)),
        new("com.microsoft:Gelu", [13], X(2, 3)),
        new("com.microsoft:QuickGelu", [13], X(2, 3)),

        .. new[] { "Add", "Div", "Mul", "Sub" }.SelectMany(Binary),
        .. new[] { "Max", "Mean", "Min", "Sum" }.SelectMany(op => Binary(op).Select(c => c with { Opsets = [8, 13] })),
        .. new[] { "Max", "Mean", "Min", "Sum" }.Select(op => new OpCase(op, [8, 13], X(2, 3), F(3), F(2, 1))),
        .. new[] { "Max", "Mean", "Min", "Sum" }.Select(op => new OpCase(op, [8, 13], X(2, 3))),
        .. new[] { "Equal", "Greater", "Less" }.SelectMany(op => Binary(op).Select(c => c with { Opsets = [11, 13] })),
        .. new[] { "GreaterOrEqual", "LessOrEqual" }.SelectMany(op => Binary(op).Select(c => c with { Opsets = [12, 16] })),
        .. new[] { "And", "Or", "Xor" }.Select(op => new OpCase(op, [7, 13], X(ElementType.Bool, 2, 3), B(true, false, true))),
        .. new[] { "BitwiseAnd", "BitwiseOr", "BitwiseXor" }.Select(op => new OpCase(op, [18], X(ElementType.Int64, 2, 3), L(1, 2, 3))),
        new OpCase("BitShift", [11], X(ElementType.UInt8, 2, 3), Raw(ElementType.UInt8, [3], 1, 2, 3)).With(("direction", "LEFT")),
        new("Mod", [10, 13], X(ElementType.Int64, 2, 3), L(2, 3, 4)),
        new OpCase("Mod", [10, 13], X(2, 3), Positive(3)).With(("fmod", 1)),
        new("Pow", [7, 13], X(2, 3), S(2f)),
        new("Pow", [12, 15], X(2, 3), L(1, 2, 3)),
        new("PRelu", [7, 9, 16], X(2, 3, 2, 2), F(3, 1, 1)),
        new("Where", [9, 16], X(ElementType.Bool, 2, 1, 4), F(3, 1), F(4)),
    ];

    // Equal ranks, each side broadcast, different ranks, a scalar, the same tensor twice.
    private static IEnumerable<OpCase> Binary(string op) =>
    [
        new(op, [7, 13], X(2, 3), Positive(2, 3)),
        new(op, [7, 13], X(2, 3, 4), Positive(3, 1)),
        new(op, [7, 13], X(2, 1), Positive(4, 1, 3)),
        new(op, [7, 13], X(2, 3), S(2f)),
        new(op, [7, 13], X(2, 3), X(2, 3)),
    ];
}
