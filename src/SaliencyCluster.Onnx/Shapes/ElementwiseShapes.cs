using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that work on each element alone.</summary>
internal static class ElementwiseShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Unary("Abs", 6),
        Unary("Acos", 7),
        Unary("Acosh", 9),
        Unary("Asin", 7),
        Unary("Asinh", 9),
        Unary("Atan", 7),
        Unary("Atanh", 9),
        Unary("BitwiseNot", 18),
        Unary("Ceil", 6),
        Unary("Celu", 12),
        Unary("Clip", 6),                                     // since 11 the bounds are inputs
        Unary("Cos", 7),
        Unary("Cosh", 9),
        Unary("Elu", 6),
        Unary("Erf", 9),
        Unary("Exp", 6),
        Unary("Floor", 6),
        Unary("Gelu", 20),
        Unary("HardSigmoid", 6),
        Unary("HardSwish", 14),
        Unary("Identity", 1),
        Unary("LeakyRelu", 6),
        Unary("Log", 6),
        Unary("Mish", 18),
        Unary("Neg", 6),
        Unary("Not", 1),
        Unary("Reciprocal", 6),
        Unary("Relu", 6),
        Unary("Round", 11),
        Unary("Selu", 6),
        Unary("Shrink", 9),
        Unary("Sigmoid", 6),
        Unary("Sign", 9),
        Unary("Sin", 7),
        Unary("Sinh", 9),
        Unary("Softplus", 1),
        Unary("Softsign", 1),
        Unary("Sqrt", 6),
        Unary("Swish", 24),
        Unary("Tan", 7),
        Unary("Tanh", 6),
        Unary("ThresholdedRelu", 10),
        Unary("IsInf", 10, _ => ElementType.Bool),
        Unary("IsNaN", 9, _ => ElementType.Bool),
        Unary("Cast", 6, c => ((ElementType)c.Int("to", 0)).Widened()),
        Unary("com.microsoft:BiasGelu", 1),
        Unary("com.microsoft:FastGelu", 1),
        Unary("com.microsoft:Gelu", 1),
        Unary("com.microsoft:QuickGelu", 1),
        Unary("CumSum", 11),
        Unary("CastLike", 15, c => c.Type(1).Element),
        new("Dropout", 7, c => [c.X, c.X with { Element = c.Opset < 10 ? c.X.Element : ElementType.Bool }]),

        Broadcast("Add", 7),
        Broadcast("And", 7),
        Broadcast("BitShift", 11),
        Broadcast("BitwiseAnd", 18),
        Broadcast("BitwiseOr", 18),
        Broadcast("BitwiseXor", 18),
        Broadcast("Div", 7),
        Broadcast("Max", 6),
        Broadcast("Mean", 6),
        Broadcast("Min", 6),
        Broadcast("Mod", 10),
        Broadcast("Mul", 7),
        Broadcast("Or", 7),
        Broadcast("Sub", 7),
        Broadcast("Sum", 6),
        Broadcast("Xor", 7),
        One("Pow", 7, c => c.X with { Shape = Broadcasting.Shapes(c, c.X.Shape, c.Shape(1)) }),   // since 12 the exponent has its own type
        One("PRelu", 7, Prelu),
        One("Where", 9, c => Broadcasting.All(c, 1) with { Shape = Broadcasting.Shapes(c, Broadcasting.All(c, 1).Shape, c.X.Shape) }),

        Compare("Equal", 7),
        Compare("Greater", 7),
        Compare("GreaterOrEqual", 12),
        Compare("Less", 7),
        Compare("LessOrEqual", 12),
    ];

    private static TensorType Prelu(OpContext c) =>
        Broadcasting.Shapes(c, c.X.Shape, c.Shape(1)).AsSpan().SequenceEqual(c.X.Shape) ? c.X
            : throw c.Bad("the slope has more elements than the input");
}
