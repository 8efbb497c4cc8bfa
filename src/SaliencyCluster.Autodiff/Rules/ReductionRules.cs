using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Reductions; axes are a constant input 1, empty for all.</summary>
internal static class ReductionRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("ReduceSum", since: 1, c => Spread(c, c.Dy)),
        Rule.Unary("ReduceMean", since: 1, c => Spread(c, c.Dy / (c.X.Shape.Count() / (double)c.Y.Shape.Count()))),
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

    public static Value Spread(VjpContext c, Value reduced) => c.Graph.Expand(Kept(c, reduced), c.X.Shape);
}
