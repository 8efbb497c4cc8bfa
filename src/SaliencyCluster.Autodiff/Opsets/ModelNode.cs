using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>A node of the model as its file has it, about to be appended to a graph in the form of opset 18.</summary>
internal sealed class ModelNode(NodeProto proto, int opset, GraphBuilder graph, ElementType compute)
{
    public NodeProto Proto { get; } = proto;

    /// <summary>Gets the operator, with its domain in front where that is not the default one.</summary>
    public string Operator => Proto.Domain is "" or "ai.onnx" ? Proto.OpType : $"{Proto.Domain}:{Proto.OpType}";

    /// <summary>Gets the opset of the model.</summary>
    public int Opset { get; } = opset;

    public GraphBuilder Graph { get; } = graph;

    /// <summary>Gets the type of all floating-point values.</summary>
    public ElementType Compute { get; } = compute;

    public required Value?[] Inputs { get; init; }

    /// <summary>Gets the types of the outputs; null where the model does not use one.</summary>
    public required TensorType?[] Types { get; init; }

    public Value X => Inputs[0]!;

    public TensorType Y => Types[0]!;

    public AttributeProto? Attribute(string name) => Proto.Attribute.FirstOrDefault(a => a.Name == name);

    public long Int(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Attribute(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Attribute(name)?.S.ToStringUtf8() ?? otherwise;

    public float[]? Floats(string name) => Attribute(name)?.Floats.ToArray();

    public long[]? Ints(string name) => Attribute(name)?.Ints.ToArray();

    public Value? In(int index) => index < Inputs.Length ? Inputs[index] : null;

    /// <summary>Appends the node with other inputs and attributes, its outputs keeping their names and types.</summary>
    public IReadOnlyList<Value?> Emit(
        string op, Value?[] inputs, string[] without, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Graph.Node(op, inputs, Types, Proto.Attribute.With(without, attributes), Proto.Output);

    /// <summary>The node as a graph's node that is not part of any graph, for code that reads such nodes.</summary>
    public GraphNode Describe()
    {
        var node = new GraphNode(Proto.OpType, Proto.Name, Inputs, [.. Proto.Attribute], Proto.Name);
        node.AddOutput(new Value(Graph, Proto.Output[0], Y, node, null));
        return node;
    }

    /// <summary>Appends the node as it is.</summary>
    public IReadOnlyList<Value?> EmitUnchanged() => Emit(Proto.OpType, Inputs, []);
}
