using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>A node of an old form while it is written anew: what it has, and the nodes and constants that take its place.</summary>
internal sealed class NodeUpgrade(OpContext node)
{
    private readonly UniqueNames _names = new(node.Node.Input.Concat(node.Node.Output));
    private readonly List<(string Name, ConstantTensor Value)> _constants = [];
    private readonly List<NodeProto> _before = [];

    /// <summary>Gets the node as the file has it, with the types of its inputs.</summary>
    public OpContext Node => node;

    /// <summary>Gets constants that the new nodes read; no name is one that the old node has.</summary>
    public IReadOnlyList<(string Name, ConstantTensor Value)> Constants => _constants;

    /// <summary>Gets nodes that come before the last.</summary>
    public IReadOnlyList<NodeProto> Before => _before;

    /// <summary>Gets the node that has the old one's name and outputs.</summary>
    public NodeProto Last { get; private set; } = node.Node;

    public string Input(int index) => node.Has(index) ? node.Node.Input[index] : throw node.Malformed($"input {index} is missing");

    public string Constant(ConstantTensor value)
    {
        var name = _names.Next("upgraded");
        _constants.Add((name, value));
        return name;
    }

    public string Longs(params long[] values) => Constant(ConstantTensor.Of([values.Length], values));

    /// <summary>Numbers in the type of input 0.</summary>
    public string Floats(long[] shape, params float[] values) => Constant(
        Values.Of(new(node.X.Element, shape), Array.ConvertAll(values, v =>
            (double)v)) ?? throw node.Malformed($"it takes floats, not {node.X.Element}"));

    public string Float(float value) => Floats([], value);

    /// <summary>Adds a node before the last; gives the name of what it makes.</summary>
    public string Add(string op, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var name = node.Node.Name.Length > 0 ? $"{node.Node.Name}/{op}" : "";
        var made = new NodeProto { OpType = op, Name = name, Input = { inputs }, Output = { _names.Next("upgraded") } };
        foreach (var (key, value) in attributes) made.Attribute.Add(Attribute(key, value));
        _before.Add(made);
        return made.Output[0];
    }

    /// <summary>Says what the node becomes; its outputs keep their names.</summary>
    public void Become(string op, string[] inputs, params (string Name, object Value)[] attributes)
    {
        Last = new NodeProto { OpType = op, Name = node.Node.Name, Input = { inputs }, Output = { node.Node.Output } };
        foreach (var (name, value) in attributes) Last.Attribute.Add(Attribute(name, value));
    }

    /// <summary>Keeps operator and inputs, and takes attributes away.</summary>
    public void Drop(params string[] attributes)
    {
        Last = Last.Clone();
        foreach (var gone in Last.Attribute.Where(a => attributes.Contains(a.Name)).ToList()) Last.Attribute.Remove(gone);
    }

    /// <summary>Sets an attribute.</summary>
    public void Set(string name, object value)
    {
        Drop(name);
        Last.Attribute.Add(Attribute(name, value));
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var a = new AttributeProto { Name = name };
        switch (value)
        {
            case long i: (a.I, a.Type) = (i, AttributeProto.Types.AttributeType.Int); break;
            case float f: (a.F, a.Type) = (f, AttributeProto.Types.AttributeType.Float); break;
            case string s: (a.S, a.Type) = (Google.Protobuf.ByteString.CopyFromUtf8(s), AttributeProto.Types.AttributeType.String); break;
            case long[] ints: a.Ints.AddRange(ints); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case float[] floats: a.Floats.AddRange(floats); a.Type = AttributeProto.Types.AttributeType.Floats; break;
            default: throw new ArgumentException($"Attribute {name} has a value of type {value.GetType()}.", nameof(value));
        }
        return a;
    }
}
