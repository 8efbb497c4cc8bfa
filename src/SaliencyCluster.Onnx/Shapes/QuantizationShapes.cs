using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Quantised tensors.</summary>
internal static class QuantizationShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Unary("DequantizeLinear", 10, c => c.Type(1).Element),
        Unary("QuantizeLinear", 10, c => c.Has(2) ? c.Type(2).Element : ElementType.UInt8),
    ];
}
