using Google.Protobuf.Collections;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Functions;

/// <summary>One call of a model's function: the body with the call's names and attributes.</summary>
internal sealed class FunctionCall
{
    private readonly NodeProto _call;
    private readonly FunctionProto _function;
    private readonly UniqueNames _names;
    private readonly string _label;
    private readonly Dictionary<string, string> _tensors = [];
    private readonly List<(string From, string To)> _copies = [];

    public FunctionCall(NodeProto call, FunctionProto function, UniqueNames names)
    {
        (_call, _function, _names) = (call, function, names);
        _label = call.Name.Length > 0 ? call.Name : call.OpType;
        for (var i = 0; i < function.Input.Count; i++) _tensors.TryAdd(function.Input[i], i < call.Input.Count ? call.Input[i] : "");
        for (var i = 0; i < Math.Min(function.Output.Count, call.Output.Count); i++)
        {
            if (call.Output[i].Length == 0) continue;
            // An output that is an input, or the same output twice, needs a node of its own.
            if (!_tensors.TryAdd(function.Output[i], call.Output[i])) _copies.Add((_tensors[function.Output[i]], call.Output[i]));
        }
    }

    /// <summary>The nodes that stand for the call.</summary>
    /// <param name="count">Told of every node before the next is made, so that a limit can stop it.</param>
    public List<NodeProto> Body(Action<NodeProto> count)
    {
        var body = new List<NodeProto>();
        foreach (var node in _function.Node)
        {
            count(node);
            body.Add(Bind(node.Clone()));
        }
        foreach (var (from, to) in _copies)
            body.Add(new NodeProto { OpType = "Identity", Name = $"{_label}/copy", Input = { from }, Output = { to } });
        return body;
    }

    private NodeProto Bind(NodeProto node)
    {
        if (node.Name.Length > 0) node.Name = $"{ModelErrors.Short(_label)}/{ModelErrors.Short(node.Name)}";
        Rename(node.Input);
        Rename(node.Output);
        for (var i = node.Attribute.Count - 1; i >= 0; i--)
        {
            var attribute = node.Attribute[i];
            if (attribute.RefAttrName.Length > 0)
            {
                // Given by the call, else by the function's default; without either the operator's own default holds.
                if (Given(attribute.RefAttrName) is not { } given)
                {
                    node.Attribute.RemoveAt(i);
                    continue;
                }
                var name = attribute.Name;
                attribute = node.Attribute[i] = given.Clone();
                attribute.Name = name;
            }
            if (attribute.G is { } graph) Bind(graph);
        }
        return node;
    }

    private void Bind(GraphProto graph)
    {
        foreach (var node in graph.Node) Bind(node);
        foreach (var tensor in graph.Initializer) tensor.Name = Name(tensor.Name);
        foreach (var value in graph.Input.Concat(graph.Output)) value.Name = Name(value.Name);
    }

    private AttributeProto? Given(string name) =>
        _call.Attribute.FirstOrDefault(a => a.Name == name) ?? _function.AttributeProto.FirstOrDefault(a => a.Name == name);

    private void Rename(RepeatedField<string> names)
    {
        for (var i = 0; i < names.Count; i++) names[i] = Name(names[i]);
    }

    private string Name(string inner)
    {
        if (inner.Length == 0) return "";
        if (_tensors.TryGetValue(inner, out var known)) return known;
        return _tensors[inner] = _names.Next($"{ModelErrors.Short(_label)}/{ModelErrors.Short(inner)}");
    }
}
