using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>Rare operators that are short in terms of others.</summary>
internal static class CompositeOperators
{
    public static readonly OpsetForm[] All =
    [
        OpsetForm.As("GlobalMaxPool", 1, "MaxPool", n =>
            n.Graph.Node("MaxPool", n.Y, [n.X], ("kernel_shape", n.X.Shape[2..]))),
        OpsetForm.As("GlobalLpPool", 2, "Abs, Pow, ReduceSum", n =>
        {
            var p = n.Int("p", 2);
            var powers = n.Graph.Binary("Pow", n.Graph.Unary("Abs", n.X), n.X.Like(p));
            return n.Graph.Binary("Pow", n.Graph.Sum(powers, Shapes.Range(2, n.X.Rank)), n.X.Like(1.0 / p));
        }),
        OpsetForm.As("LpNormalization", 1, "ReduceL1, ReduceL2, Div", n =>
        {
            // What has no length stays 0, as ONNX Runtime has it, and has no direction that could change.
            var norm = n.Graph.Reduce(n.Int("p", 2) == 1 ? "ReduceL1" : "ReduceL2", n.X, [Shapes.Axis(n.Int("axis", -1), n.X.Rank)]);
            var zero = n.Graph.Test("Equal", norm, norm.Like(0));
            return n.Graph.Where(zero, n.X.Like(0), n.X / n.Graph.Where(zero, norm.Like(1), norm));
        }),
        OpsetForm.As("MeanVarianceNormalization", 9, "ReduceMean, Sqrt, Div", n =>
        {
            var axes = Shapes.Axes(n.Ints("axes") ?? [0, 2, 3], n.X.Rank);
            var centred = n.X - n.Graph.Mean(n.X, axes);
            return centred / (n.Graph.Unary("Sqrt", n.Graph.Mean(centred * centred, axes)) + 1e-9);
        }),
    ];
}
