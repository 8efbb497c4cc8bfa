using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Operators that ONNX Runtime's offline optimisation writes.</summary>
internal static class FusedSpecs
{
    private static GradSpec Microsoft(string op, params Arg?[] args) => new(op, args) { Domain = "com.microsoft", Case = "fused" };

    // A convolution that changes nothing, so that the activation's kinks (multiples of 0.2) stay away from the drawn values.
    private static GradSpec Conv(string activation, params float[] parameters) =>
        Microsoft("FusedConv", X(Draw.Distinct, 1, 1, 3, 4), Floats([1, 1, 1, 1], 1), Floats([1], 0)) with
        {
            Case = activation,
            Attributes = parameters.Length == 0
                ? [("activation", activation)] : [("activation", activation), ("activation_params", parameters)],
        };

    private static GradSpec MatMul(string name, long[] a, long[] b, params (string, object)[] attributes) =>
        Microsoft("FusedMatMul", X(a), X(b)) with { Case = name, Attributes = attributes };

    public static readonly GradSpec[] All =
    [
        Microsoft("Gelu", X(2, 3)),
        Microsoft("BiasGelu", X(2, 3), X(3)),
        Microsoft("FastGelu", X(2, 3)),
        Microsoft("FastGelu", X(2, 3), X(3)) with { Case = "bias" },
        Microsoft("QuickGelu", X(2, 3)) with { Attributes = [("alpha", 1.5f)] },
        Conv("Relu"), Conv("Sigmoid"), Conv("Tanh"), Conv("LeakyRelu", 0.3f), Conv("Clip", -0.4f, 0.8f), Conv("HardSigmoid", 0.5f, 0.5f),
        Microsoft("FusedConv", X(1, 2, 5, 5), Weights(3, 2, 3, 3), Weights(3)) with { Case = "strides", Attributes = [("activation", "Sigmoid"), ("strides", new long[] { 2, 2 })] },
        Microsoft("FusedConv", X(Draw.Distinct, 1, 1, 3, 4), Floats([1, 1, 1, 1], 1), Floats([1], 0), X(Draw.Between(0.01, 0.02), 1, 1, 3, 4)) with
        { Case = "sum", Attributes = [("activation", "Relu")] },
        Microsoft("FusedGemm", X(2, 3), Weights(3, 4), X(4)) with { Attributes = [("activation", "LeakyRelu"), ("activation_alpha", 0.2f)] },
        MatMul("plain", [2, 3], [3, 4], ("alpha", 0.5f)),
        MatMul("right transposed", [2, 3, 4], [2, 5, 4], ("transB", 1)),
        MatMul("left transposed", [2, 4, 3], [2, 4, 5], ("transA", 1)),
        MatMul("batches moved", [3, 2, 4], [4, 2, 5], ("transBatchA", 1), ("transBatchB", 1)),
        MatMul("batches moved and transposed", [3, 2, 4], [5, 2, 3], ("transBatchA", 1), ("transA", 1), ("transBatchB", 1), ("transB", 1)),
        Microsoft("SkipLayerNormalization", X(1, 2, 4), X(1, 2, 4), X(4), X(4), X(4)) with { Attributes = [("epsilon", 0.01f)] },
        Microsoft("SkipLayerNormalization", X(1, 2, 4), X(1, 2, 4), X(4), X(4)) with { Case = "no bias" },
        Microsoft("SkipSimplifiedLayerNormalization", X(1, 2, 4), X(1, 2, 4), X(4), X(4)) with { Attributes = [("epsilon", 0.01f)] },
        new("SimplifiedLayerNormalization", X(2, 3, 4), X(4)) { Attributes = [("axis", -1), ("epsilon", 0.01f)] },
        new("LayerNormalization", X(2, 3, 4), X(4), X(4)) { Case = "before opset 17", Until = 16, Attributes = [("axis", -1), ("epsilon", 0.01f)] },
    ];
}
