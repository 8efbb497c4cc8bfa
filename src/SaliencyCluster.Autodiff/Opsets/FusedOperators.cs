using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>
/// What ONNX Runtime's offline optimisation writes: operators of com.microsoft, and two of the default domain that no opset has.
/// They are taken apart again; the runtime fuses what it likes when it loads the explanation graph.
/// </summary>
internal static class FusedOperators
{
    public static readonly OpsetForm[] All =
    [
        OpsetForm.As("com.microsoft:Gelu", 1, "Erf, Mul, Add", n => NewerOperators.GeluByErf(n.X)),
        OpsetForm.As("com.microsoft:BiasGelu", 1, "Add, Erf, Mul", n => NewerOperators.GeluByErf(n.X + n.In(1)!)),
        OpsetForm.As("com.microsoft:FastGelu", 1, "Add, Tanh, Mul", n => NewerOperators.GeluByTanh(n.In(1) is { } bias ? n.X + bias : n.X)),
        OpsetForm.As("com.microsoft:QuickGelu", 1, "Sigmoid, Mul", n => n.X * n.Graph.Unary("Sigmoid", n.X * n.Float("alpha", 1.702f))),
        OpsetForm.As("com.microsoft:FusedMatMul", 1, "Transpose, MatMul, Mul", n =>
            n.Graph.MatMul(Turned(n, n.X, "A"), Turned(n, n.In(1)!, "B")) * n.Float("alpha", 1)),
        OpsetForm.As("com.microsoft:FusedConv", 1, "Conv, Add, activation", FusedConv),
        OpsetForm.As("com.microsoft:FusedGemm", 1, "Gemm, activation", n => FusedActivation.Append(
            n, Plain(n, "Gemm", n.Inputs, FusedActivation.GemmAttributes), [n.Float("activation_alpha", 0), n.Float("activation_beta", 0)])),
        new("com.microsoft:SkipLayerNormalization", n => SkipNormalization(n, bias: n.In(4), sum =>
            LayerNormalization(n, sum, n.In(2)!, n.In(3))), 1, "Add, LayerNormalization"),
        new("com.microsoft:SkipSimplifiedLayerNormalization", n => SkipNormalization(n, bias: n.In(3), sum =>
            NewerOperators.RootMeanSquareNormalization(n, sum, n.In(2)!, -1)), 1, "Add, ReduceMean, Sqrt, Div, Mul"),
        OpsetForm.As("SimplifiedLayerNormalization", 1, "ReduceMean, Sqrt, Div, Mul", n =>
            NewerOperators.RootMeanSquareNormalization(n, n.X, n.In(1)!, n.Int("axis", -1))),
        new("com.microsoft:QuantizeLinear", n => n.Emit("QuantizeLinear", n.Inputs, []), 1, "QuantizeLinear"),
        new("com.microsoft:DequantizeLinear", n => n.Emit("DequantizeLinear", n.Inputs, []), 1, "DequantizeLinear"),
    ];

    // y = activation(conv(x, w) + bias + z).
    private static Value FusedConv(ModelNode n)
    {
        var y = Plain(n, "Conv", [.. n.Inputs.Take(3)], FusedActivation.ConvAttributes);
        if (n.In(3) is { } z) y += z;
        return FusedActivation.Append(n, y, n.Floats("activation_params") ?? []);
    }

    private static Value Plain(ModelNode n, string op, Value?[] inputs, string[] without) =>
        n.Graph.Node(op, inputs, [n.Y], n.Proto.Attribute.With(without), [null])[0]!;

    // transBatch moves the first axis to where the rows are; trans exchanges the last two.
    private static Value Turned(ModelNode n, Value x, string side)
    {
        if (x.Rank < 2) return x;
        if (n.Int("transBatch" + side, 0) != 0) x = n.Graph.Transpose(x, [.. Shapes.Range(1, x.Rank - 1), 0, x.Rank - 1]);
        return n.Int("trans" + side, 0) != 0 ? n.Graph.TransposeMatrix(x) : x;
    }

    // Outputs: the normalised sum, its mean and deviation (training only), and the sum itself.
    private static Value?[] SkipNormalization(ModelNode n, Value? bias, Func<Value, Value> normalize)
    {
        var sum = n.X + n.In(1)!;
        if (bias is not null) sum += bias;
        return [normalize(sum), null, null, sum];
    }

    private static Value LayerNormalization(ModelNode n, Value x, Value scale, Value? shift) => n.Graph.Node(
        "LayerNormalization", x.Type, [x, scale, shift], ("axis", -1), ("epsilon", n.Float("epsilon", 1e-12f)));
}
