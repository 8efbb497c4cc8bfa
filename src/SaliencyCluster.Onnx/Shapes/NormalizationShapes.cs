using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Normalisations and softmax: the shape stays.</summary>
internal static class NormalizationShapes
{
    public static readonly ShapeRule[] Rules =
    [
        new("BatchNormalization", 7, BatchNormalization),
        Unary("GroupNormalization", 18),
        Unary("Hardmax", 1),
        new("InstanceNormalization", 6, InstanceNormalization),
        new("LayerNormalization", 1, LayerNormalization),     // standard since 17; ONNX Runtime's optimiser writes it in any opset
        Unary("LogSoftmax", 1),
        Unary("LpNormalization", 1),
        Unary("LRN", 1),
        Unary("MeanVarianceNormalization", 9),
        Unary("RMSNormalization", 23),
        new("SimplifiedLayerNormalization", 1, LayerNormalization),
        new("com.microsoft:SkipLayerNormalization", 1, SkipLayerNormalization),
        new("com.microsoft:SkipSimplifiedLayerNormalization", 1, SkipLayerNormalization),
        Unary("Softmax", 1),                                  // default axis 1 with flattening before opset 13, -1 after
    ];

    // The further outputs are statistics of training; nothing in an inference graph uses them.
    private static TensorType[] BatchNormalization(OpContext c)
    {
        if (c.X.Rank < 2) throw c.Bad("a batch normalisation needs channels");
        if (c.Opset >= 14 && c.Flag("training_mode")) throw c.Malformed("training_mode is set; export the model in evaluation mode");
        // Before opset 14 nothing but the outputs says that statistics are those of the batch.
        if (c.Opset < 14 && c.Node.Output.Skip(1).Any(o => o.Length > 0))
            throw c.Malformed("it gives statistics of training; export the model in evaluation mode");
        CheckChannels(c, 4);
        return [c.X, .. Enumerable.Repeat(c.Type(1), 4)];
    }

    private static TensorType[] InstanceNormalization(OpContext c)
    {
        if (c.X.Rank < 2) throw c.Bad("an instance normalisation needs channels");
        CheckChannels(c, 2);
        return [c.X];
    }

    private static void CheckChannels(OpContext c, int inputs)
    {
        for (var i = 1; i <= inputs; i++)
            if (c.Shape(i) is not [var n] || n != c.X.Shape[1]) throw c.Bad($"input {i} must have one value per channel");
    }

    private static TensorType[] LayerNormalization(OpContext c)
    {
        var axis = c.Axis("axis", -1, c.X.Rank);
        for (var i = 1; i <= 2; i++)
            if (c.Has(i) && !Broadcasting.Shapes(c, c.X.Shape, c.Shape(i)).AsSpan().SequenceEqual(c.X.Shape))
                throw c.Bad($"input {i} does not fit the input");
        var statistics = new TensorType(ElementType.Float, [.. c.X.Shape.Select((d, i) => i < axis ? d : 1)]);
        return [c.X, statistics, statistics];
    }

    private static TensorType[] SkipLayerNormalization(OpContext c)
    {
        if (!Fits(c.X.Shape, c.Shape(1))) throw c.Bad("the skip does not fit the input");
        var statistics = new TensorType(ElementType.Float, [.. c.X.Shape[..^1], 1]);
        return [c.X, statistics, statistics, c.X];
    }

    // The skip may leave out the batch, or have a batch of 1.
    private static bool Fits(long[] x, long[] skip) => x.Length >= 2 && (skip.AsSpan().SequenceEqual(x)
        || (x.Length == 3 && skip is [_, _] or [1, _, _] && skip.AsSpan(^2..).SequenceEqual(x.AsSpan(1))));
}
