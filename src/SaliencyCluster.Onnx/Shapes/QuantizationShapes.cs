using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Quantised tensors.</summary>
internal static class QuantizationShapes
{
    public static readonly ShapeRule[] Rules =
    [
        .. new[] { "", "com.microsoft:" }.SelectMany(domain => new[]
        {
            Unary(domain + "DequantizeLinear", domain.Length > 0 ? 1 : 10, c => c.Type(1).Element),
            Unary(domain + "QuantizeLinear", domain.Length > 0 ? 1 : 10, Quantized),
        }),
        new("DynamicQuantizeLinear", 11, c =>
            [c.X with { Element = ElementType.UInt8 }, new(ElementType.Float, []), new(ElementType.UInt8, [])]),
    ];

    // The zero point's type, or since opset 21 the attribute's.
    private static ElementType Quantized(OpContext c) => c.Has(2) ? c.Type(2).Element
        : c.Int("output_dtype", 0) is > 0 and var type ? (ElementType)type : ElementType.UInt8;
}
