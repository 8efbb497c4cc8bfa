using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Elementwise arithmetic. Binary operators broadcast; <see cref="Rule.Binary"/> sums the broadcast axes out.</summary>
internal static class ArithmeticRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Binary("Add", since: 7, c => c.Dy, c => c.Dy),
        Rule.Binary("Sub", since: 7, c => c.Dy, c => -c.Dy),
        Rule.Binary("Mul", since: 7, c => c.Arrived(c.Dy * c.B), c => c.Arrived(c.Dy * c.A)),
        Rule.Binary("Div", since: 7, c => c.Arrived(c.Dy / c.B), c => c.Arrived(-(c.Dy * c.Y) / c.B)),
        Rule.Binary("Pow", since: 7, c => c.Arrived(PowBase(c)), c => c.Arrived(PowExponent(c))),
        Rule.Inputs("Mod", since: 10, c => c.Graph.SumTo(c.Dy, c.A.Shape)), // the divisor's gradient would be a step function
        Rule.Unary("Neg", since: 6, c => -c.Dy),
        Rule.Unary("Abs", since: 6, c => c.Dy * c.Graph.Unary("Sign", c.X)), // 0 at x = 0
        Rule.Unary("Reciprocal", since: 6, c => c.Arrived(-(c.Dy * c.Y * c.Y))),
        Rule.Unary("Sqrt", since: 6, c => c.Arrived(RootGradient(c))),
        Rule.Unary("Exp", since: 6, c => c.Arrived(c.Dy * c.Y)),
        Rule.Unary("Log", since: 6, c => c.Arrived(c.Dy / c.X)),
        Rule.Unary("Erf", since: 9, c => c.Dy * (c.Graph.Unary("Exp", -(c.X * c.X)) * (2 / Math.Sqrt(Math.PI)))),
        Rule.Unary("Sin", since: 7, c => c.Dy * c.Graph.Unary("Cos", c.X)),
        Rule.Unary("Cos", since: 7, c => -(c.Dy * c.Graph.Unary("Sin", c.X))),
        Rule.Unary("Tan", since: 7, c => c.Dy * (1 + (c.Y * c.Y))),
        Rule.Unary("Asin", since: 7, c => c.Arrived(c.Dy / c.Graph.Unary("Sqrt", 1 - (c.X * c.X)))),
        Rule.Unary("Acos", since: 7, c => c.Arrived(-(c.Dy / c.Graph.Unary("Sqrt", 1 - (c.X * c.X))))),
        Rule.Unary("Atan", since: 7, c => c.Dy / (1 + (c.X * c.X))),
        Rule.Unary("Sinh", since: 9, c => c.Dy * c.Graph.Unary("Cosh", c.X)),
        Rule.Unary("Cosh", since: 9, c => c.Dy * c.Graph.Unary("Sinh", c.X)),
        Rule.Unary("Asinh", since: 9, c => c.Dy / c.Graph.Unary("Sqrt", (c.X * c.X) + 1)),
        Rule.Unary("Acosh", since: 9, c => c.Arrived(c.Dy / c.Graph.Unary("Sqrt", (c.X * c.X) - 1))),
        Rule.Unary("Atanh", since: 9, c => c.Dy / (1 - (c.X * c.X))),
        Rule.Unary("Identity", since: 1, c => c.Dy),
        Rule.Unary("Cast", since: 6, c => c.X.IsFloat
            ? c.Graph.Cast(c.Dy, c.X.Type.Element) : c.Dy), // from integers: of a quantised product
        Rule.Unary("CastLike", since: 15, c => c.Graph.Cast(c.Dy, c.X.Type.Element)),
        Rule.Variadic("Sum", since: 8, (c, i) => c.Graph.SumTo(c.Dy, c.In(i).Shape)),
        Rule.Variadic("Mean", since: 8, (c, i) => c.Graph.SumTo(c.Dy / c.Node.Inputs.Count, c.In(i).Shape)),
        Rule.Variadic("Max", since: 8, Extremum),
        Rule.Variadic("Min", since: 8, Extremum),
        new VjpRule("Where", Since: 9, VjpOutcome.Rule, "")
        {
            Serves = i => i > 0, // the condition is boolean
            Gradient = (c, i) => c.Graph.SumTo(
                i == 1 ? c.Graph.Where(c.In(0), c.Dy, c.Dy.Like(0)) : c.Graph.Where(c.In(0), c.Dy.Like(0), c.Dy), c.In(i).Shape),
        },
    ];

    // b * a^(b-1). The usual exponents get forms that are exact at a = 0, where the general one may be 0 * inf.
    private static Value PowBase(VjpContext c)
    {
        if (c.B.Constant is not null && c.B.Shape.Count() == 1)
        {
            switch (c.Scalar(1))
            {
                case 0: return c.Dy * 0;
                case 1: return c.Dy;
                case 2: return c.Dy * c.A * 2;
                case 0.5: return RootGradient(c);
                default: break;
            }
        }
        var b = c.Graph.Cast(c.B, c.A.Type.Element);
        var slope = b * c.Graph.Binary("Pow", c.A, b - 1);
        // As the square root: roots of any degree are steepest at 0.
        var steep = c.Graph.Test("And", c.Graph.Test("Equal", c.A, c.A.Like(0)), c.Graph.Test("Less", b, b.Like(1)));
        return c.Dy * c.Graph.Where(steep, c.A.Like(0), slope);
    }

    // 0 at x = 0. The slope is infinite there; what stands under a root is mostly a sum of squares, a norm, whose own slope is 0 at that
    // place, and their product would be no number. So a norm that is written out has the gradient of ReduceL2.
    private static Value RootGradient(VjpContext c)
    {
        var zero = c.Graph.Test("Equal", c.Y, c.Y.Like(0));
        return c.Graph.Where(zero, c.Dy.Like(0), c.Dy / (2 * c.Graph.Where(zero, c.Y.Like(1), c.Y)));
    }

    // a^b log a, and 0 at a = 0, as in PyTorch.
    private static Value PowExponent(VjpContext c)
    {
        var slope = c.Y * c.Graph.Unary("Log", c.A);
        return c.Dy * c.Graph.Where(c.Graph.Test("Equal", c.A, c.A.Like(0)), c.A.Like(0), slope);
    }

    // Inputs that share the extremum share the gradient equally, as in PyTorch.
    private static Value Extremum(VjpContext c, int input)
    {
        var total = Enumerable.Range(0, c.Node.Inputs.Count).Select(Chosen).Aggregate((a, b) => a + b);
        return c.Graph.SumTo(c.Dy * Chosen(input) / total, c.In(input).Shape);

        Value Chosen(int i) => c.Graph.Cast(c.Graph.Test("Equal", c.In(i), c.Y), c.Y.Type.Element);
    }
}
