using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Reductions; axes are a constant input 1, empty for all.</summary>
internal static class ReductionRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("ReduceSum", since: 1, c => Spread(c, c.Dy)),
        Rule.Unary("ReduceMean", since: 1, c => Spread(c, c.Dy / (c.X.Shape.Count() / (double)c.Y.Shape.Count()))),
        Rule.Unary("ReduceSumSquare", since: 1, c => Kept(c, c.Dy) * c.X * 2),
        Rule.Unary("ReduceL1", since: 1, c => Kept(c, c.Dy) * c.Graph.Unary("Sign", c.X)), // 0 at x = 0
        Rule.Unary("ReduceL2", since: 1, c =>
        {
            // 0 where the norm is 0, as in PyTorch.
            var zero = c.Graph.Test("Equal", c.Y, c.Y.Like(0));
            return Kept(c, c.Graph.Where(zero, c.Y.Like(0), c.Dy / c.Graph.Where(zero, c.Y.Like(1), c.Y))) * c.X;
        }),
        Rule.Unary("ReduceLogSum", since: 1, c => Spread(c, c.Dy / c.Graph.Unary("Exp", c.Y))),
        Rule.Unary("ReduceLogSumExp", since: 1, c => Kept(c, c.Dy) * c.Graph.Unary("Exp", c.X - Kept(c, c.Y))),
        Rule.Unary("ReduceMax", since: 1, Extremum),
        Rule.Unary("ReduceMin", since: 1, Extremum),
        Rule.Unary("ReduceProd", since: 1, ProductGradient),
    ];

    /// <summary>The reduced axes of input 0.</summary>
    public static int[] Axes(VjpContext c)
    {
        if (c.Has(1) && c.Longs(1) is { Length: > 0 } axes) return Shapes.Axes(axes, c.X.Rank);
        return c.Int("noop_with_empty_axes", 0) != 0 ? [] : Shapes.Range(0, c.X.Rank);
    }

    /// <summary>A reduced tensor with its reduced axes back as 1, so that it broadcasts against input 0.</summary>
    public static Value Kept(VjpContext c, Value reduced) =>
        c.Graph.Reshape(reduced, Shapes.Reduced(c.X.Shape, Axes(c), keep: true));

    private static Value Spread(VjpContext c, Value reduced) => c.Graph.Expand(Kept(c, reduced), c.X.Shape);

    // Elements that share the extremum share the gradient equally, as torch.amax does.
    private static Value Extremum(VjpContext c)
    {
        var chosen = c.Graph.Cast(c.Graph.Test("Equal", c.X, Kept(c, c.Y)), c.X.Type.Element);
        return chosen * (Kept(c, c.Dy) / c.Graph.Sum(chosen, Axes(c)));
    }

    // The product of the others: y / x, and exact where one or more elements are 0.
    private static Value ProductGradient(VjpContext c)
    {
        var axes = Axes(c);
        var zero = c.Graph.Test("Equal", c.X, c.X.Like(0));
        var others = c.Graph.Where(zero, c.X.Like(1), c.X);
        var zeros = c.Graph.Sum(c.Graph.Cast(zero, c.X.Type.Element), axes);
        var zerosElsewhere = zeros - c.Graph.Cast(zero, c.X.Type.Element);
        var product = c.Graph.Reduce("ReduceProd", others, axes) / others;
        return Kept(c, c.Dy) * c.Graph.Where(c.Graph.Test("Greater", zerosElsewhere, zerosElsewhere.Like(0)), product.Like(0), product);
    }
}
