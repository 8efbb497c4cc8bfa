using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>
/// Operators on quantised tensors that ONNX Runtime's quantiser writes in its QOperator format: written as the operator on real numbers
/// between a DequantizeLinear and a QuantizeLinear, so that gradients pass straight through.
/// </summary>
internal static class QuantizedOperators
{
    private const string Around = "DequantizeLinear, QuantizeLinear, ";

    public static readonly OpsetForm[] All =
    [
        OpsetForm.As("com.microsoft:QLinearAdd", 1, Around + "Add", n => Quantized(n, Real(n, 0) + Real(n, 3), 6)),
        OpsetForm.As("com.microsoft:QLinearMul", 1, Around + "Mul", n => Quantized(n, Real(n, 0) * Real(n, 3), 6)),
        OpsetForm.As("com.microsoft:QLinearSigmoid", 1, Around + "Sigmoid", n => Quantized(n, n.Graph.Unary("Sigmoid", Real(n, 0)), 3)),
        OpsetForm.As("com.microsoft:QLinearLeakyRelu", 1, Around + "LeakyRelu", n =>
            Quantized(n, n.Graph.Unary("LeakyRelu", Real(n, 0), ("alpha", n.Float("alpha", 0.01f))), 3)),
        OpsetForm.As("com.microsoft:QLinearSoftmax", 1, Around + "Softmax", n =>
            Quantized(n, n.Graph.Unary("Softmax", Real(n, 0), ("axis", n.Int("axis", -1))), 3)),
        OpsetForm.As("com.microsoft:QLinearGlobalAveragePool", 1, Around + "GlobalAveragePool", n =>
            Quantized(n, n.Graph.Node("GlobalAveragePool", Float(n, n.Y), [Real(n, 0)]), 3)),
        OpsetForm.As("com.microsoft:QLinearAveragePool", 1, Around + "AveragePool", n => Quantized(n, n.Graph.Node(
            "AveragePool", [Real(n, 0)], [Float(n, n.Y)], n.Proto.Attribute.With(["channels_last"]), [null])[0]!, 3)),
        OpsetForm.As("com.microsoft:QLinearConcat", 1, Around + "Concat", n => Quantized(
            n, n.Graph.Concat([.. Enumerable.Range(0, (n.Inputs.Length - 2) / 3).Select(i => Real(n, 2 + (3 * i)))], Shapes.Axis(n.Int("axis", 0), n.Y.Rank)), 0)),
        OpsetForm.As("com.microsoft:QGemm", 1, Around + "MatMul, Add", Gemm),
    ];

    // The bias is of integers whose scale is that of the product.
    private static Value Gemm(ModelNode n)
    {
        var (a, b) = (Real(n, 0), Real(n, 3, axis: n.Int("transB", 0) != 0 ? 0 : 1));
        if (n.Int("transA", 0) != 0) a = n.Graph.TransposeMatrix(a);
        if (n.Int("transB", 0) != 0) b = n.Graph.TransposeMatrix(b);
        var y = n.Graph.MatMul(a, b);
        if (n.In(6) is { } bias) y += n.Graph.Cast(bias, n.Compute) * n.In(1)! * n.In(4)!;
        y *= n.Float("alpha", 1);
        return n.In(7) is null ? y : Quantized(n, y, 7);
    }

    private static Value Real(ModelNode n, int input, int axis = 1)
    {
        var x = n.In(input)!;
        return n.Graph.Node("DequantizeLinear", Float(n, x.Type), [x, n.In(input + 1), n.In(input + 2)],
            n.In(input + 1)!.Shape.Count() > 1 ? [("axis", axis)] : []);
    }

    private static Value Quantized(ModelNode n, Value real, int scale) =>
        n.Graph.Node("QuantizeLinear", n.Y, [real, n.In(scale), n.In(scale + 1)]);

    private static TensorType Float(ModelNode n, TensorType type) => type with { Element = n.Compute };
}
