using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>The activations of one direction of a recurrent layer, with their parameters.</summary>
internal sealed class RecurrentActivations
{
    // Defaults of alpha and beta: https://onnx.ai/onnx/operators/onnx__LSTM.html; null where an activation takes none.
    private static readonly Dictionary<string, (float? Alpha, float? Beta, Func<Value, float, float, Value> Append)> _known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Sigmoid"] = (null, null, (x, _, _) => x.Graph.Unary("Sigmoid", x)),
        ["Tanh"] = (null, null, (x, _, _) => x.Graph.Unary("Tanh", x)),
        ["Relu"] = (null, null, (x, _, _) => x.Graph.Unary("Relu", x)),
        ["Softsign"] = (null, null, (x, _, _) => x.Graph.Unary("Softsign", x)),
        ["Softplus"] = (null, null, (x, _, _) => x.Graph.Unary("Softplus", x)),
        ["LeakyRelu"] = (0.01f, null, (x, a, _) => x.Graph.Unary("LeakyRelu", x, ("alpha", a))),
        ["ThresholdedRelu"] = (1, null, (x, a, _) => x.Graph.Unary("ThresholdedRelu", x, ("alpha", a))),
        ["Elu"] = (1, null, (x, a, _) => x.Graph.Unary("Elu", x, ("alpha", a))),
        ["HardSigmoid"] = (0.2f, 0.5f, (x, a, b) => x.Graph.Unary("HardSigmoid", x, ("alpha", a), ("beta", b))),
        ["Affine"] = (1, 0, (x, a, b) => (x * a) + b),
        ["ScaledTanh"] = (1, 1, (x, a, b) => x.Graph.Unary("Tanh", x * b) * a),
    };

    private readonly (Func<Value, float, float, Value> Append, float Alpha, float Beta)[] _each;

    private RecurrentActivations((Func<Value, float, float, Value>, float, float)[] each) => _each = each;

    /// <exception cref="SaliencyException">SAL1110: one is not known.</exception>
    public static RecurrentActivations Of(ModelNode n, int direction)
    {
        string[] defaults = n.Operator switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Tanh"] };
        var names = n.Attribute("activations")?.Strings.Select(s => s.ToStringUtf8()).ToArray() ?? [];
        if (names.Length == 0) names = [.. Enumerable.Repeat(defaults, direction + 1).SelectMany(d => d)];
        var count = defaults.Length;
        if (names.Length < (direction + 1) * count) throw Errors.NoForm(n.Operator, n.Proto.Name, $"it has {names.Length} activations");

        // Parameters are listed in the order of the activations that take them.
        var (alphas, betas) = (new Queue<float>(n.Floats("activation_alpha") ?? []), new Queue<float>(n.Floats("activation_beta") ?? []));
        var all = names.Select(name =>
        {
            var known = _known.TryGetValue(name, out var row) ? row
                : throw Errors.NoForm(n.Operator, n.Proto.Name, $"its activation '{name}' is not known here");
            return (known.Append, Take(known.Alpha, alphas), Take(known.Beta, betas));
        }).ToArray();
        return new(all[(direction * count)..((direction + 1) * count)]);
    }

    public Value Append(int index, Value x) => _each[index].Append(x, _each[index].Alpha, _each[index].Beta);

    private static float Take(float? otherwise, Queue<float> given) =>
        otherwise is null ? 0 : given.TryDequeue(out var value) ? value : otherwise.Value;
}
