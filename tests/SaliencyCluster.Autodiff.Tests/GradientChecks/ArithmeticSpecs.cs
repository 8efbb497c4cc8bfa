using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ArithmeticSpecs
{
    public static readonly GradSpec[] All =
    [
        .. from op in (string[])["Add", "Sub", "Mul", "Div"] from spec in Broadcasts(op, Draw.AwayFromZero) select spec,
        .. Broadcasts("Pow", Draw.Positive),
        new("Pow", X(4), Float(2)) { Case = "square of negatives" },
        new("Pow", X(4), Float(3)) { Case = "cube of negatives" },
        new("Pow", X(Draw.Positive, 4), Float(0.5)) { Case = "square root" },
        new("Pow", X(4), Float(1)) { Case = "first power" },
        new("Pow", X(4), Float(0)) { Case = "zeroth power" },
        new("Pow", X(4), Ints([], 3)) { Case = "integer exponent", From = 12 },
        new("Pow", X(Draw.Positive, 4), Floats([4], 0, 1, 2, -1.5)) { Case = "several exponents" },
        new("Neg", X(2, 3)),
        new("Sqrt", X(Draw.Positive, 2, 3)),
        new("Exp", X(2, 3)),
        new("Log", X(Draw.Positive, 2, 3)),
        new("Identity", X(2, 3)),
        new("Cast", X(2, 3)) { Attributes = [("to", 1)] },
        new("Mod", X(Draw.Between(0.1, 0.9), 4), Float(1)) { From = 10, Attributes = [("fmod", 1)] },
        new("Abs", X(2, 3)),
        new("Reciprocal", X(2, 3)),
        new("Erf", X(2, 3)) { From = 9 },
        new("Sin", X(2, 3)),
        new("Cos", X(2, 3)),
        new("Tan", X(Draw.Any, 2, 3)),
        new("Asin", X(Draw.Between(-0.8, 0.8), 2, 3)),
        new("Acos", X(Draw.Between(-0.8, 0.8), 2, 3)),
        new("Atan", X(2, 3)),
        new("Sinh", X(2, 3)) { From = 9 },
        new("Cosh", X(2, 3)) { From = 9 },
        new("Asinh", X(2, 3)) { From = 9 },
        new("Acosh", X(Draw.Between(1.3, 3), 2, 3)) { From = 9 },
        new("Atanh", X(Draw.Between(-0.8, 0.8), 2, 3)) { From = 9 },
        new("CastLike", X(2, 3), Float(1)) { From = 15 },
        new("Mean", X(2, 3), X(3), X(1, 1, 1)) { From = 8 },
        .. from op in (string[])["Max", "Min"] from spec in Broadcasts(op, Draw.Any) select spec with { From = 8 },
        new("Max", X(2, 3), Float(0), X(3)) { Case = "three", From = 8 },
        new("Where", Bools([2, 1], 1, 0), X(2, 3), X(3)) { Case = "all three broadcast", From = 9 },
        new("Where", Bools([3], 1, 0, 1), X(2, 1), X()) { Case = "condition is widest", From = 9 },
        new("Sum", X(2, 3), X(3), X(1, 1, 1)) { Case = "three of different rank", From = 8 },
        new("Sum", X(2, 3), X(2, 3)) { Case = "two", From = 8 },
    ];

    /// <summary>The cases of broadcasting that every elementwise operator of two inputs shares.</summary>
    public static IEnumerable<GradSpec> Broadcasts(string op, Draw draw) =>
    [
        new(op, X(draw, 2, 3), X(draw, 2, 3)) { Case = "same shape" },
        new(op, X(draw, 2, 3), X(draw, 3)) { Case = "right has lower rank" },
        new(op, X(draw, 3), X(draw, 2, 3)) { Case = "left has lower rank" },
        new(op, X(draw, 2, 1, 3), X(draw, 1, 4, 1)) { Case = "both broadcast" },
        new(op, X(draw, 2, 3), X(draw)) { Case = "right is a scalar" },
        new(op, X(draw), X(draw, 1, 2)) { Case = "left is a scalar" },
        new(op, X(draw), X(draw)) { Case = "two scalars" },
        new(op, X(draw, 1, 1), X(draw, 1)) { Case = "ones only" },
    ];
}
