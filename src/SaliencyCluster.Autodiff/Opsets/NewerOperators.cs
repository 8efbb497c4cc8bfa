using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>Operators that opset 18 does not have yet.</summary>
internal static class NewerOperators
{
    public static readonly OpsetForm[] All =
    [
        OpsetForm.As("Gelu", 20, "Erf, Tanh, Mul, Add", n => n.Text("approximate", "none") == "tanh" ? GeluByTanh(n.X) : GeluByErf(n.X)),
        OpsetForm.As("Swish", 24, "Sigmoid, Mul", n => n.X * n.Graph.Unary("Sigmoid", n.X * n.Float("alpha", 1))),
        OpsetForm.As("RMSNormalization", 23, "ReduceMean, Sqrt, Div, Mul", n =>
            RootMeanSquareNormalization(n, n.X, n.In(1)!, n.Int("axis", -1))),
        OpsetForm.As("GroupNormalization", 18, "InstanceNormalization, Mul, Add", GroupNormalization),
    ];

    public static Value GeluByErf(Value x) => x * 0.5 * (1 + x.Graph.Unary("Erf", x / Math.Sqrt(2)));

    public static Value GeluByTanh(Value x) =>
        x * 0.5 * (1 + x.Graph.Unary("Tanh", (x + (x * x * x * 0.044715)) * Math.Sqrt(2 / Math.PI)));

    public static Value RootMeanSquareNormalization(ModelNode n, Value x, Value scale, long axis)
    {
        var axes = Shapes.Range(Shapes.Axis(axis, x.Rank), x.Rank);
        return x / n.Graph.Unary("Sqrt", n.Graph.Mean(x * x, axes) + n.Float("epsilon", 1e-5f)) * scale;
    }

    // Each group becomes one channel of an InstanceNormalization. Scale and bias are one per group before 21, then one per channel.
    private static Value GroupNormalization(ModelNode n)
    {
        var (groups, channels) = (n.Int("num_groups", 1), n.X.Shape[1]);
        var grouped = n.Graph.Reshape(n.X, n.X.Shape[0], groups, n.X.Shape[1..].Count() / groups);
        var one = n.Graph.Expand(n.Graph.Reshape(n.X.Like(1), 1), groups);
        var zero = n.Graph.Expand(n.Graph.Reshape(n.X.Like(0), 1), groups);
        var standard = n.Graph.Node("InstanceNormalization", grouped.Type, [grouped, one, zero], ("epsilon", n.Float("epsilon", 1e-5f)));
        return (n.Graph.Reshape(standard, n.X.Shape) * PerChannel(n.In(1)!)) + PerChannel(n.In(2)!);

        Value PerChannel(Value vector)
        {
            var each = vector.Shape[0] == channels ? vector : n.Graph.Expand(n.Graph.Reshape(vector, groups, 1), groups, channels / groups);
            return n.Graph.Reshape(each, [channels, .. Enumerable.Repeat(1L, n.X.Rank - 2)]);
        }
    }
}
