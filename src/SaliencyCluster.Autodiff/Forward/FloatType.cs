using System.Runtime.InteropServices;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>
/// Brings every floating-point tensor to one type. Explanations are computed in float32 whatever the model stores, so that
/// every device can do it; tests compute in double where the runtime has kernels for it.
/// </summary>
internal static class FloatType
{
    public static ElementType Of(ElementType element, ElementType compute) => IsFloating(element) ? compute : element;

    public static TensorType Of(TensorType type, ElementType compute) => type with { Element = Of(type.Element, compute) };

    public static ConstantTensor Of(ConstantTensor tensor, ElementType compute)
    {
        if (!IsFloating(tensor.Type.Element) || tensor.Type.Element == compute) return tensor;
        var values = Constants.Doubles(tensor);
        return compute == ElementType.Double
            ? new(Of(tensor.Type, compute), MemoryMarshal.AsBytes<double>(values).ToArray())
            : ConstantTensor.Of(tensor.Type.Shape, Array.ConvertAll(values, v => (float)v));
    }

    private static bool IsFloating(ElementType element) =>
        element is ElementType.Float or ElementType.Double;
}
