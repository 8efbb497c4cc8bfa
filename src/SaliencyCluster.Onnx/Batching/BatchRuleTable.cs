using SaliencyCluster.Onnx.Shapes;
using static SaliencyCluster.Onnx.Batching.BatchRule;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>All batch rules. An operator without one is not proven to keep images apart.</summary>
internal static class BatchRuleTable
{
    private static readonly BatchRule[] Rules =
    [
        .. new[]
        {
            "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "BitwiseAnd", "BitwiseNot",
            "BitwiseOr", "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh", "Div", "Dropout", "Elu", "Equal",
            "Erf", "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN",
            "LeakyRelu", "Less", "LessOrEqual", "Log", "Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "Pow", "PRelu",
            "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub",
            "Sum", "Swish", "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor", "com.microsoft:BiasGelu", "com.microsoft:FastGelu",
            "com.microsoft:Gelu", "com.microsoft:QuickGelu",
        }.Select(Elementwise),
        .. new[]
        {
            "AveragePool", "Conv", "ConvInteger", "ConvTranspose", "DepthToSpace", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool",
            "GroupNormalization", "InstanceNormalization", "LpPool", "LRN", "QLinearConv", "SpaceToDepth", "Upsample",
            "com.microsoft:QLinearAveragePool", "com.microsoft:QLinearGlobalAveragePool",
        }.Select(First),
        .. new[] { "Flatten", "Reshape", "Squeeze", "Unsqueeze" }.Select(Reshaped),
        .. ReductionShapes.Operators.Select(op => new BatchRule(op, c => BatchAxes.Reduced(c, ReductionShapes.Axes(c.Op)))),
        .. new[] { "ArgMax", "ArgMin" }.Select(op => new BatchRule(op, c => BatchAxes.Reduced(c, [c.Op.Axis("axis", 0, c.Op.X.Rank)]))),
        .. new[] { "Softmax", "LogSoftmax", "Hardmax" }.Select(op => Along(op, BatchAxes.OfSoftmax)),
        .. new[] { "LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization" }
            .Select(op => Along(op, c => BatchAxes.From(c, "axis", -1))),
        .. new[] { "", "com.microsoft:" }.SelectMany(d => new[] { d + "QuantizeLinear", d + "DequantizeLinear" })
            .Select(op => new BatchRule(op, BatchAxes.Quantized)),

        .. new[] { "GRU", "LSTM", "RNN" }.Select(op =>
            new BatchRule(op, c => BatchAxes.Recurrent(c, 0)) { PlaceOf = BatchAxes.Recurrent }),
        .. new[] { "com.microsoft:QLinearLeakyRelu", "com.microsoft:QLinearSigmoid" }.Select(op => new BatchRule(op, c => c.Only(0))),
        .. new[] { "com.microsoft:QLinearAdd", "com.microsoft:QLinearMul" }.Select(op => new BatchRule(op, c => c.Aligned(0, 3))),

        Along("BatchNormalization", _ => [1]),
        Along("CumSum", c => [c.Op.Axis(c.Op.Long(1), c.Op.X.Rank)]),
        Along("LpNormalization", c => [c.Op.Axis("axis", -1, c.Op.X.Rank)]),
        Along("MeanVarianceNormalization", c => c.Op.Axes(c.Op.IntsOrNull("axes") ?? [0, 2, 3], c.Op.X.Rank)),
        Along("Pad", c => LayoutShapes.Pads(c.Op).Select((p, i) => p == (0, 0) ? -1 : i)),
        Along("Slice", c => SliceSpec.Of(c.Op).Select((s, i) => s.Step == 1 && s.Count == c.Op.X.Shape[i] ? -1 : i)),
        Along("Split", c => [c.Op.Axis("axis", 0, c.Op.X.Rank)]),
        Along("Tile", c => c.Op.Longs(1).Select((n, i) => n == 1 ? -1 : i)),
        Along("TopK", c => [c.Op.Axis("axis", -1, c.Op.X.Rank)]),
        Along("Trilu", c => [c.Op.X.Rank - 2, c.Op.X.Rank - 1]),
        // The second output counts positions through the whole batch.
        new("MaxPool", c => c.Op.Node.Output.Skip(1).All(o => o.Length == 0) && c.Only(0) == 0 ? 0
            : throw c.Mixed("its indices count through the whole batch")),
        new("Concat", BatchAxes.Concatenated),
        new("Einsum", BatchAxes.Einsum),
        new("Expand", c => c.Aligned(1)),
        new("Gather", BatchAxes.Gathered),
        new("GatherElements", c => BatchAxes.Elements(c, 0, 1)),
        new("Gemm", BatchAxes.Gemm),
        new("GridSample", c => c.All(0, 1) == 0 ? 0 : throw c.Mixed("its images are not along the first axis")),
        new("MatMul", BatchAxes.Product),
        new("MatMulInteger", c => BatchAxes.QuantizedProduct(c, 1, 2)),
        new("QLinearMatMul", c => BatchAxes.QuantizedProduct(c, 3, 1, 2)),
        new("OneHot", c => c.Only(0) is var a && a < c.Op.Axis("axis", -1, c.Op.X.Rank + 1) ? a : a + 1),
        // Sizes may come from the batch: that they leave its axis alone is seen by the result.
        new("Resize", c => c.AxisOf(0) == 0 && c.AxisOf(1) is null && c.AxisOf(2) is null ? 0
            : throw c.Mixed("its images are not along the first axis")),
        new("ScatterElements", c => BatchAxes.Elements(c, 0, 1, 2)),
        new("Transpose", c => Array.IndexOf(LayoutShapes.Permutation(c.Op), c.Only(0))),
        new("com.microsoft:FusedConv", BatchAxes.FusedConvolution),
        new("com.microsoft:FusedGemm", BatchAxes.Gemm),
        new("com.microsoft:FusedMatMul", BatchAxes.FusedProduct),
        new("com.microsoft:QGemm", c => c.Only(0) == (c.Op.Flag("transA") ? 1 : 0) ? 0 : throw c.Mixed("its images are not the rows of A")),
        new("com.microsoft:QLinearConcat", BatchAxes.QuantizedConcat),
        Along("com.microsoft:QLinearSoftmax", c => [c.Op.Axis("axis", c.Op.Int("opset", 13) >= 13 ? -1 : 1, c.Op.X.Rank)]),
        new("com.microsoft:SkipLayerNormalization", c => BatchAxes.Skip(c)),
        new("com.microsoft:SkipSimplifiedLayerNormalization", c => BatchAxes.Skip(c)),
    ];

    private static readonly Dictionary<string, BatchRule> ByOp = Rules.ToDictionary(r => r.Op);

    /// <summary>Gets every operator that has a rule.</summary>
    public static IEnumerable<string> Operators => ByOp.Keys;

    public static BatchRule? Find(string domain, string op) => ByOp.GetValueOrDefault(ShapeRuleTable.Key(domain, op));
}
