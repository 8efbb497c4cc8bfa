using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Elementwise arithmetic. Binary operators broadcast; <see cref="Rule.Binary"/> sums the broadcast axes out.</summary>
internal static class ArithmeticRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Binary("Add", since: 7, c => c.Dy, c => c.Dy),
        Rule.Binary("Sub", since: 7, c => c.Dy, c => -c.Dy),
        Rule.Binary("Mul", since: 7, c => c.Dy * c.B, c => c.Dy * c.A),
        Rule.Binary("Div", since: 7, c => c.Dy / c.B, c => -(c.Dy * c.Y) / c.B),
        Rule.Binary("Pow", since: 7, PowBase, PowExponent),
        Rule.Unary("Neg", since: 6, c => -c.Dy),
        Rule.Unary("Sqrt", since: 6, c => c.Dy / (2 * c.Y)),
        Rule.Unary("Exp", since: 6, c => c.Dy * c.Y),
        Rule.Unary("Log", since: 6, c => c.Dy / c.X),
        Rule.Unary("Identity", since: 1, c => c.Dy),
        Rule.Unary("Cast", since: 6, c => c.Graph.Cast(c.Dy, c.X.Type.Element)), // casts to integers never carry a gradient
        Rule.Variadic("Sum", since: 8, (c, i) => c.Graph.SumTo(c.Dy, c.In(i).Shape)),
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
                case 0.5: return c.Dy / (2 * c.Y);
                default: break;
            }
        }
        var b = c.Graph.Cast(c.B, c.A.Type.Element);
        var slope = b * c.Graph.Binary("Pow", c.A, b - 1);
        return c.Dy * c.Graph.Where(c.Graph.Test("Equal", b, b.Like(0)), b.Like(0), slope);
    }

    // a^b log a, and 0 at a = 0, as in PyTorch.
    private static Value PowExponent(VjpContext c)
    {
        var slope = c.Y * c.Graph.Unary("Log", c.A);
        return c.Dy * c.Graph.Where(c.Graph.Test("Equal", c.A, c.A.Like(0)), c.A.Like(0), slope);
    }
}
