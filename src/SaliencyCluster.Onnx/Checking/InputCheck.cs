using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Operators that need more than one input have them, so that nobody who reads a node later must ask.</summary>
/// <remarks>
/// Counts are those of the operators' schemas, https://onnx.ai/onnx/operators. One that took attributes where it takes inputs now is named with the
/// opset that changed it. What is not named needs one input or none.
/// </remarks>
internal static class InputCheck
{
    private static readonly Dictionary<string, (int Count, int Since)> Needed = Table(
        (2, "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike Conv ConvInteger ConvTranspose CumSum DequantizeLinear Div Equal Expand Gather " +
            "GatherElements GatherND Greater GreaterOrEqual GridSample LayerNormalization Less LessOrEqual MatMul MatMulInteger Mod Mul Or PRelu Pow " +
            "QuantizeLinear RMSNormalization ReverseSequence Sub TensorScatter Tile Xor Gemm MaxUnpool Compress AffineGrid " +
            "Reshape@5 TopK@10 Pad@11 Unsqueeze@13 " +
            "com.microsoft:Attention com.microsoft:FusedConv com.microsoft:FusedGemm com.microsoft:FusedMatMul com.microsoft:BiasGelu SimplifiedLayerNormalization"),
        (3, "GroupNormalization InstanceNormalization OneHot Range RoiAlign Scatter ScatterElements ScatterND Where LSTM GRU RNN Attention RotaryEmbedding DeformConv Slice@10 " +
            "com.microsoft:SkipLayerNormalization com.microsoft:SkipSimplifiedLayerNormalization"),
        (4, "com.microsoft:QLinearSigmoid com.microsoft:QLinearLeakyRelu com.microsoft:QLinearSoftmax com.microsoft:QLinearConcat"),
        (5, "BatchNormalization com.microsoft:QLinearGlobalAveragePool com.microsoft:QLinearAveragePool com.microsoft:QGemm"),
        (7, "com.microsoft:QLinearAdd com.microsoft:QLinearMul"));

    /// <exception cref="SaliencyException">SAL1016: an input is missing.</exception>
    public static void Run(GraphProto graph, string source, Func<string, int> opsetOf)
    {
        foreach (var node in graph.Node)
        {
            if (!Needed.TryGetValue(ShapeRuleTable.Key(node.Domain, node.OpType), out var needed) || opsetOf(node.Domain) < needed.Since) continue;
            for (var i = 0; i < needed.Count; i++)
                if (i >= node.Input.Count || node.Input[i].Length == 0)
                    throw ModelErrors.Malformed(source, ModelErrors.Describe(node), $"input {i} is missing; it needs {needed.Count}");
        }
    }

    private static Dictionary<string, (int, int)> Table(params (int Count, string Operators)[] rows) => (
        from row in rows
        from entry in row.Operators.Split(' ')
        let parts = entry.Split('@')
        select (Name: parts[0], Value: (row.Count, parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0))).ToDictionary(e => e.Name, e => e.Value);
}
