using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>The activation that ONNX Runtime fused into a convolution or matrix product.</summary>
internal static class FusedActivation
{
    public static readonly string[] ConvAttributes = ["activation", "activation_params"];
    public static readonly string[] GemmAttributes = ["activation", "activation_alpha", "activation_beta", "activation_gamma"];

    private static readonly Dictionary<string, Func<Value, float[], Value>> _activations = new(StringComparer.Ordinal)
    {
        [""] = (y, _) => y,
        ["Relu"] = (y, _) => y.Graph.Unary("Relu", y),
        ["Sigmoid"] = (y, _) => y.Graph.Unary("Sigmoid", y),
        ["Tanh"] = (y, _) => y.Graph.Unary("Tanh", y),
        ["LeakyRelu"] = (y, p) => y.Graph.Unary("LeakyRelu", y, ("alpha", p[0])),
        ["HardSigmoid"] = (y, p) => y.Graph.Unary("HardSigmoid", y, ("alpha", p[0]), ("beta", p[1])),
        ["Clip"] = (y, p) => y.Graph.Node("Clip", y.Type, [y, y.Like(p[0]), y.Like(p[1])]),
    };

    /// <summary>Appends it.</summary>
    /// <exception cref="SaliencyException">SAL1110: it is not a known one.</exception>
    public static Value Append(ModelNode n, Value y, float[] parameters)
    {
        var name = n.Text("activation", "");
        return _activations.TryGetValue(name, out var activation)
            ? activation(y, parameters)
            : throw Errors.NoForm(n.Operator, n.Proto.Name, $"its activation '{name}' is not known here");
    }
}
