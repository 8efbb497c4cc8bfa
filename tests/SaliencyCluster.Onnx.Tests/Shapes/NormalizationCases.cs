using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>Normalisations, recurrent layers, attention, quantisation.</summary>
internal static class NormalizationCases
{
    private static readonly OpInput[] _image = [X(ElementType.UInt8, 2, 3), S(0.1f), Zero];

    public static readonly OpCase[] All =
    [
        new("BatchNormalization", [7, 9, 14, 15], X(2, 3, 4, 4), F(3), F(3), F(3), Positive(3)),
        new OpCase("GroupNormalization", [18], X(2, 4, 3), F(2), F(2)).With(("num_groups", 2)),
        new OpCase("GroupNormalization", [21], X(2, 4, 3), F(4), F(4)).With(("num_groups", 2)),
        new("InstanceNormalization", [7, 22], X(2, 3, 4), F(3), F(3)),
        new OpCase("LayerNormalization", [17], X(2, 3, 4), F(4), F(4)) with { Outputs = 3 },
        new OpCase("LayerNormalization", [17], X(2, 3, 4), F(3, 4)).With(("axis", 1)),
        new("LayerNormalization", [12], X(2, 3, 4), F(4), F(4)),
        new("SimplifiedLayerNormalization", [12], X(2, 3, 4), F(4)),
        new("RMSNormalization", [23], X(2, 3, 4), F(4)),
        new OpCase("com.microsoft:SkipLayerNormalization", [13], X(2, 3, 4), F(2, 3, 4), F(4), F(4)) with { Outputs = 1 },
        new("com.microsoft:SkipSimplifiedLayerNormalization", [13], X(2, 3, 4), F(2, 3, 4), F(4)),
        .. new[] { "Hardmax", "LogSoftmax", "Softmax" }
        .SelectMany(op => new OpCase[] { new(op, [9, 11, 13], X(2, 3, 4)), new OpCase(op, [11, 13], X(2, 3, 4)).With(("axis", -2)) }),
        new("LpNormalization", [9, 22], X(2, 3)),
        new OpCase("LRN", [7, 13], X(2, 4, 3, 3)).With(("size", 3)),
        new("MeanVarianceNormalization", [9, 13], X(2, 3, 4, 4)),
        new OpCase("GRU", [7, 14], X(5, 2, 3), F(1, 12, 3), F(1, 12, 4)).With(("hidden_size", 4)) with { Outputs = 2 },
        new OpCase("LSTM", [7, 14], X(5, 2, 3), F(2, 16, 3), F(2, 16, 4))
            .With(("hidden_size", 4), ("direction", "bidirectional")) with { Outputs = 3 },
        new OpCase("RNN", [7, 14], X(5, 2, 3), F(1, 4, 3), F(1, 4, 4)).With(("hidden_size", 4)) with { Outputs = 2 },
        .. new[] { "", "com.microsoft:" }.SelectMany(domain => new OpCase[]
        {
            new(domain + "QuantizeLinear", [10, 13, 21], X(2, 3), S(0.1f), Raw(ElementType.Int8, [], 3)),
            new(domain + "DequantizeLinear", [10, 13, 21], X(ElementType.UInt8, 2, 3), S(0.1f), Raw(ElementType.UInt8, [], 3)),
        }),
        new("QuantizeLinear", [13], X(2, 3), S(0.1f)),
        new OpCase("QuantizeLinear", [21], X(2, 3), S(0.1f)).With(("output_dtype", (int)ElementType.Int8)),
        new OpCase("DynamicQuantizeLinear", [11], X(2, 3)) with { Outputs = 3 },
        new OpCase("Attention", [23, 24], X(1, 4, 3, 4), F(1, 2, 5, 4), F(1, 2, 5, 6)) with { Outputs = 1 },
        new OpCase("Attention", [23], X(1, 3, 8), F(1, 5, 4), F(1, 5, 6))
            .With(("q_num_heads", 4), ("kv_num_heads", 2)) with { Outputs = 1 },
        new OpCase("RotaryEmbedding", [23], X(1, 3, 8), F(1, 3, 2), F(1, 3, 2)).With(("num_heads", 2)),
        new OpCase("com.microsoft:MultiHeadAttention", [13], X(1, 3, 8), F(1, 5, 8), F(1, 5, 4)).With(("num_heads", 2)),
        new OpCase("com.microsoft:Attention", [13], X(1, 3, 4), F(4, 24), F(24)).With(("num_heads", 2)),
        .. new[] { "Add", "Mul" }.Select(op => new OpCase($"com.microsoft:QLinear{op}", [13], [.. _image, .. Bytes(1, 3), S(0.1f), Zero])),
        .. new[] { "LeakyRelu", "Sigmoid" }.Select(op => new OpCase($"com.microsoft:QLinear{op}", [13], [.. _image, S(0.1f), Zero])),
        new OpCase("com.microsoft:QLinearSoftmax", [13], [.. _image, S(0.004f), Zero]).With(("opset", 13), ("axis", -1)),
        new OpCase("com.microsoft:QLinearGlobalAveragePool", [13], X(ElementType.UInt8, 1, 2, 4, 4), S(0.1f), Zero, S(0.1f), Zero),
        new OpCase("com.microsoft:QLinearAveragePool", [13], X(ElementType.UInt8, 1, 2, 4, 4), S(0.1f), Zero, S(0.1f), Zero)
            .With(("kernel_shape", I(2, 2)), ("strides", I(2, 2))),
        new OpCase("com.microsoft:QLinearConcat", [13], [S(0.1f), Zero, .. _image, .. Bytes(2, 5)]).With(("axis", 1)),
        new OpCase("com.microsoft:QGemm", [13], [.. _image, .. Bytes(3, 4), Raw(ElementType.Int32, [4], 5, 0, 0, 0, 250, 255, 255, 255, 7, 0, 0, 0, 8, 0, 0, 0), S(0.1f), Zero]),
        new OpCase("com.microsoft:QGemm", [13], [.. _image, .. Bytes(4, 3)]).With(("transB", 1)),
    ];


    private static OpInput Zero => Raw(ElementType.UInt8, [], 2);

    // A tensor of bytes, its scale and its zero point.
    private static OpInput[] Bytes(long rows, long columns) =>
        [Raw(ElementType.UInt8, [rows, columns], [.. Enumerable.Range(1, (int)(rows * columns)).Select(i => (byte)i)]), S(0.2f), Zero];
}
