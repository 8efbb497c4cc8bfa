using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Normalisations and softmax: the shape stays.</summary>
internal static class NormalizationShapes
{
    public static readonly ShapeRule[] Rules =
    [
        new("BatchNormalization", 7, BatchNormalization),
        Unary("Softmax", 1),                                  // default axis 1 with flattening before opset 13, -1 after
        Unary("LogSoftmax", 1),
        Unary("Hardmax", 1),
    ];

    // The further outputs are statistics of training; nothing in an inference graph uses them.
    private static TensorType[] BatchNormalization(OpContext c)
    {
        if (c.X.Rank < 2) throw c.Bad("a batch normalisation needs channels");
        if (c.Opset >= 14 && c.Flag("training_mode")) throw c.Malformed("training_mode is set; export the model in evaluation mode");
        for (var i = 1; i < 5; i++)
            if (c.Shape(i) is not [var n] || n != c.X.Shape[1]) throw c.Bad($"input {i} must have one value per channel");
        return [c.X, .. Enumerable.Repeat(c.Type(1), 4)];
    }
}
