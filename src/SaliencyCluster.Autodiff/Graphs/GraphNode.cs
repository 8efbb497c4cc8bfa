using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>A node of a graph that is being built.</summary>
internal sealed class GraphNode(
    string op, string name, IReadOnlyList<Value?> inputs, IReadOnlyList<AttributeProto> attributes, string origin)
{
    private readonly List<Value?> _outputs = [];

    public string Op { get; } = op;

    public string Name { get; } = name;

    /// <summary>Gets the inputs; null where an optional one is left out.</summary>
    public IReadOnlyList<Value?> Inputs { get; } = inputs;

    public IReadOnlyList<AttributeProto> Attributes { get; } = attributes;

    /// <summary>Gets the node of the model that it came from, for messages.</summary>
    public string Origin { get; } = origin;

    /// <summary>Gets the outputs; null where an optional one is not asked for.</summary>
    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <summary>Gets output <paramref name="index"/>, asking the operator for it if the model did not (such as MaxPool's indices).</summary>
    public Value Output(int index, TensorType type, GraphBuilder graph)
    {
        while (_outputs.Count <= index) _outputs.Add(null);
        return _outputs[index] ??= graph.NewValue(null, type, this);
    }

    public AttributeProto? Attribute(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    public long Int(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Attribute(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Attribute(name)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Ints(string name) => Attribute(name)?.Ints.ToArray();

    internal void AddOutput(Value? value) => _outputs.Add(value);
}
