using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>Which inputs of an operator are trained, and over how many inputs its weight sums.</summary>
/// <param name="Operator">The ONNX operator.</param>
/// <param name="Inputs">Input index and role; the weight first.</param>
/// <param name="FanIn">From node and shape of the weight (as the node sees it).</param>
internal sealed record ParameterRule(string Operator, (int Index, ParameterRole Role)[] Inputs, Func<NodeProto, long[], long> FanIn)
{
    /// <summary>Gets the rule of every operator with trained inputs. A constant operand of any other operator is part of the architecture.</summary>
    public static IReadOnlyDictionary<string, ParameterRule> All { get; } = new ParameterRule[]
    {
        new("Conv", [(1, ParameterRole.Weight), (2, ParameterRole.Bias)], (_, w) => Product(w[1..])),
        new("ConvTranspose", [(1, ParameterRole.Weight), (2, ParameterRole.Bias)], (_, w) => Product(w[1..])),   // as PyTorch counts it
        new("Gemm", [(1, ParameterRole.Weight), (2, ParameterRole.Bias)], (n, w) => Attribute(n, "transB") == 0 ? w[0] : w[1]),
        new("MatMul", [(1, ParameterRole.Weight)], (_, w) => w[Math.Max(0, w.Length - 2)]),
        new("BatchNormalization",
            [(1, ParameterRole.Scale), (2, ParameterRole.Shift), (3, ParameterRole.MovingMean), (4, ParameterRole.MovingVariance)], (_, _) => 1),
        new("InstanceNormalization", [(1, ParameterRole.Scale), (2, ParameterRole.Shift)], (_, _) => 1),
        new("LayerNormalization", [(1, ParameterRole.Scale), (2, ParameterRole.Shift)], (_, _) => 1),
        new("GroupNormalization", [(1, ParameterRole.Scale), (2, ParameterRole.Shift)], (_, _) => 1),
        new("PRelu", [(1, ParameterRole.Slope)], (_, _) => 1),
    }.ToDictionary(r => r.Operator);

    private static long Product(long[] dimensions) => dimensions.Aggregate(1L, (product, d) => product * d);

    private static long Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? 0;
}
