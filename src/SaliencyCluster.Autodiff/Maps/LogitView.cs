using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// Looks through what stands between an output and the Softmax or Sigmoid that made its probabilities: operators that only choose or
/// arrange elements are repeated on the logits. What belongs to probabilities is left out: a quantisation or a clipping to their range, which would cut
/// logits off, and the factor of per cents.
/// </summary>
internal sealed class LogitView(SpecializedGraph model)
{
    private const string Suffix = "~logits";
    private static readonly Dictionary<string, string> _quantized = new()
    {
        ["QLinearSoftmax"] = "Softmax", ["QLinearSigmoid"] = "Sigmoid",
    };
    private static readonly HashSet<string> _arranging = ["Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Gather", "Split", "Concat"];
    private static readonly HashSet<string> _rounding = ["QuantizeLinear", "DequantizeLinear"];
    private readonly Dictionary<string, NodeProto> _makers = model.Nodes.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0).ToDictionary(p => p.o, p => p.n);
    private readonly Dictionary<string, string> _seen = [];
    private readonly List<NodeProto> _added = [];
    private readonly Dictionary<string, TensorType> _types = [];

    /// <summary>Gets the kind of what was left out; null where nothing was.</summary>
    public string? Skipped { get; private set; }

    /// <summary>Gets the tensor before it.</summary>
    public string? Logits { get; private set; }

    /// <summary>Gets the model with the nodes that arrange logits.</summary>
    public SpecializedGraph Source => _added.Count == 0
        ? model : model with { Nodes = [.. model.Nodes, .. _added], Types = model.Types.Concat(_types).ToDictionary() };

    /// <summary>The tensor of logits that is arranged as <paramref name="tensor"/> is; the same tensor where it holds no probabilities.</summary>
    public string Of(string tensor)
    {
        if (_seen.TryGetValue(tensor, out var known)) return known;
        return _seen[tensor] = Look(tensor);
    }

    private string Look(string tensor)
    {
        if (!_makers.TryGetValue(tensor, out var node)) return tensor;
        if (WrittenActivation.Of(model, _makers, node) is { } activation)
        {
            (Skipped, Logits) = (Skipped ?? activation.Kind, Logits ?? activation.Logits);
            return activation.Logits;
        }
        if (node.Domain == "com.microsoft" && _quantized.TryGetValue(node.OpType, out var kind)) return Dequantized(node, kind);
        if (IsOfProbabilities(node) is { } changed)
        {
            var before = Of(changed);
            return before == changed ? tensor : before;
        }
        if (node.OpType == "Sub" && IsOne(node.Input[0]) && Complement(node) is { } other) return other;
        if (!_arranging.Contains(node.OpType) && !IsCastToFloat(node)) return tensor;
        var inputs = node.OpType == "Concat"
            ? [.. node.Input.Select(Of)] : node.Input.Select((input, i) => i == 0 ? Of(input) : input).ToArray();
        if (inputs.SequenceEqual(node.Input)) return tensor;
        return Repeat(node, inputs, tensor);
    }

    // The input of a node that changes probabilities in a way that means nothing for logits.
    private string? IsOfProbabilities(NodeProto node) => node.OpType switch
    {
        _ when _rounding.Contains(node.OpType) => node.Input[0],
        "Clip" when Bound(node, 1, v => v is >= 0 and < 0.01f) && Bound(node, 2, v => v is > 0.99f and <= 1) => node.Input[0],
        // Other factors make something else of it, such as a distance.
        "Mul" when WrittenActivation.IsScalar(model, node.Input[1], v => v == 100) => node.Input[0],
        "Mul" when WrittenActivation.IsScalar(model, node.Input[0], v => v == 100) => node.Input[1],
        _ => null,
    };

    private bool Bound(NodeProto node, int input, Func<float, bool> isMeant) =>
        node.Input.Count <= input || node.Input[input].Length == 0 || WrittenActivation.IsScalar(model, node.Input[input], isMeant);

    private bool IsOne(string tensor) => WrittenActivation.IsScalar(model, tensor, v => v == 1);

    private static bool IsCastToFloat(NodeProto node) => node.OpType == "Cast"
        && (ElementType)(node.Attribute.First(a => a.Name == "to").I) is ElementType.Float or ElementType.Double;

    // The probability that a Sigmoid leaves to the other class: its logit has the other sign.
    private string? Complement(NodeProto node)
    {
        if (!_makers.TryGetValue(node.Input[1], out var maker) || WrittenActivation.Of(model, _makers, maker) is not { Kind: "Sigmoid" }) return null;
        var name = node.Output[0] + Suffix;
        _types[name] = model.Types[node.Output[0]];
        _added.Add(new() { OpType = "Neg", Name = node.Name + Suffix, Input = { Of(node.Input[1]) }, Output = { name } });
        return name;
    }

    // Its logits are integers with a scale and a zero point behind them.
    private string Dequantized(NodeProto node, string kind)
    {
        var (codes, name) = (node.Input[0], node.Input[0] + Suffix);
        if (!_types.ContainsKey(name))
        {
            var real = new NodeProto
            {
                OpType = "DequantizeLinear", Name = node.Name + Suffix, Input = { node.Input.Take(3) }, Output = { name },
            };
            _types[name] = model.Types[codes] with { Element = ElementType.Float };
            _added.Add(real);
        }
        (Skipped, Logits) = (Skipped ?? kind, Logits ?? codes);
        return name;
    }

    private string Repeat(NodeProto node, IEnumerable<string> inputs, string wanted)
    {
        var copy = node.Clone();
        copy.Name += Suffix;
        copy.Input.Clear();
        copy.Input.AddRange(inputs);
        for (var i = 0; i < copy.Output.Count; i++)
        {
            if (node.Output[i].Length == 0) continue;
            copy.Output[i] += Suffix;
            _types[copy.Output[i]] = model.Types[node.Output[i]];
            _seen[node.Output[i]] = copy.Output[i];
        }
        _added.Add(copy);
        return wanted + Suffix;
    }
}
