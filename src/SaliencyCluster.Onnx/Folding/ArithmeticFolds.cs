using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Folding.FoldRule;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Arithmetic on each element.</summary>
internal static class ArithmeticFolds
{
    public static readonly FoldRule[] Rules =
    [
        Unary("Abs", 6, Math.Abs, Math.Abs),
        Unary("Acos", 7, Math.Acos),
        Unary("Asin", 7, Math.Asin),
        Unary("Atan", 7, Math.Atan),
        Unary("Ceil", 6, Math.Ceiling),
        Unary("Cos", 7, Math.Cos),
        Unary("Exp", 6, Math.Exp),
        Unary("Floor", 6, Math.Floor),
        Unary("Log", 6, Math.Log),
        Unary("Neg", 6, v => -v, v => unchecked(-v)),
        Unary("Not", 1, v => v, v => 1 - v),
        Unary("Reciprocal", 6, v => 1 / v),
        Unary("Relu", 6, v => Math.Max(v, 0), v => Math.Max(v, 0)),
        Unary("Round", 11, Math.Round),                                // to even, as ONNX
        Unary("Sigmoid", 6, v => 1 / (1 + Math.Exp(-v))),
        Unary("Sign", 9, v => double.IsNaN(v) ? v : Math.Sign(v), v => Math.Sign(v)),
        Unary("Sin", 7, Math.Sin),
        Unary("Softplus", 1, v => v > 30 ? v : Math.Log(1 + Math.Exp(v))),
        Unary("Sqrt", 6, Math.Sqrt),
        Unary("Tanh", 6, Math.Tanh),
        One("Cast", 6, Cast),
        One("CastLike", 15, Cast),
        One("Clip", 11, Clip),

        Broadcast("Add", 7, (a, b) => a + b, (a, b) => unchecked(a + b)),
        Broadcast("And", 7, null, (a, b) => a & b),
        Broadcast("Div", 7, (a, b) => a / b, (a, b) => a / b),         // integers truncate
        Broadcast("Max", 6, Math.Max, Math.Max),
        Broadcast("Min", 6, Math.Min, Math.Min),
        Broadcast("Mul", 7, (a, b) => a * b, (a, b) => unchecked(a * b)),
        Broadcast("Or", 7, null, (a, b) => a | b),
        Broadcast("Sub", 7, (a, b) => a - b, (a, b) => unchecked(a - b)),
        Broadcast("Sum", 6, (a, b) => a + b, null),
        Broadcast("Xor", 7, null, (a, b) => a ^ b),
        One("Mod", 10, Mod),
        One("Pow", 7, Pow),

        Compare("Equal", 7, (a, b) => a == b, (a, b) => a == b),
        Compare("Greater", 7, (a, b) => a > b, (a, b) => a > b),
        Compare("GreaterOrEqual", 12, (a, b) => a >= b, (a, b) => a >= b),
        Compare("Less", 7, (a, b) => a < b, (a, b) => a < b),
        Compare("LessOrEqual", 12, (a, b) => a <= b, (a, b) => a <= b),
    ];

    // fmod = 1 takes the dividend's sign, as C; otherwise (integers only) the divisor's, as Python.
    private static ConstantTensor? Mod(OpContext c, TensorType type) => c.Flag("fmod")
        ? Elementwise.Combine(c, type, (a, b) => a % b, (a, b) => a % b)
        : Elementwise.Combine(c, type, null, (a, b) => a % b is var r && r != 0 && r < 0 != b < 0 ? r + b : r);

    private static ConstantTensor? Pow(OpContext c, TensorType type)
    {
        if (!type.Element.IsFloat() || Values.ToDoubles(StridedCopy.Broadcast(c.Constant(0), type.Shape)) is not { } x
            || Values.ToDoubles(StridedCopy.Broadcast(c.Constant(1), type.Shape)) is not { } y) return null;
        return Values.Of(type, x.Zip(y, Math.Pow).ToArray());
    }

    private static ConstantTensor? Cast(OpContext c, TensorType type)
    {
        var x = c.Constant(0);
        if (x.Type.Element == type.Element) return x;
        if (Values.ToLongs(x) is { } longs) return Values.Of(type, longs);
        if (Values.ToDoubles(x) is not { } reals) return null;
        if (type.Element.IsFloat()) return Values.Of(type, reals);
        if (type.Element == ElementType.Bool) return Values.Of(type, Array.ConvertAll(reals, v => v != 0 ? 1L : 0));
        // Towards zero; out of range saturates here, where runtimes differ.
        return Values.Of(type, Array.ConvertAll(reals, v => (long)v));
    }

    private static ConstantTensor? Clip(OpContext c, TensorType type)
    {
        var (low, high) = (c.Has(1) ? c.Number(1) : double.NegativeInfinity, c.Has(2) ? c.Number(2) : double.PositiveInfinity);
        return type.Element.IsFloat()
            ? Values.Of(type, Array.ConvertAll(Values.ToDoubles(c.Constant(0))!, v => Math.Min(Math.Max(v, low), high)))
            : null;
    }
}
