using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>
/// Appends ONNX nodes of the default domain at opset <see cref="Opset"/> and keeps the static type of every value.
/// Nodes are in topological order because a node can only use values that exist. Equal calls give equal graphs.
/// </summary>
internal sealed partial class GraphBuilder
{
    /// <summary>The one opset of every graph that is written; why this one: decisions/0001-one-opset.md.</summary>
    public const int Opset = 18;

    /// <summary>The most nodes of a graph: five times those of the largest model that may be read.</summary>
    public const int MaxNodes = 500_000;

    private readonly List<GraphNode> _nodes = [];
    private readonly List<Value> _inputs = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _reserved = [];
    private readonly Dictionary<string, Value> _constants = [];
    private long _constantBytes;
    private int _next;

    // A file of one piece holds less than 2 GiB, and a small model can ask for a large matrix at each of many nodes.
    private static long MaxConstantBytes => Math.Min(int.MaxValue, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>Gets the kind of device that the graph is for.</summary>
    public DeviceKind Device { get; init; }

    /// <summary>Gets whether gradients are written in their plainest form, from which packed operators are made.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Gets or sets the images at which the network is evaluated.</summary>
    public Value? Point { get; set; }

    /// <summary>Gets or sets the images that points are compared with; null where they are not.</summary>
    public Value? Reference { get; set; }

    /// <summary>Gets or sets the model that is in the graph, for messages.</summary>
    public string Source { get; set; } = "";

    /// <summary>Gets or sets the model's node on whose behalf nodes are appended, for messages.</summary>
    public string Origin { get; set; } = "";

    public Value Input(string name, TensorType type)
    {
        if (!_reserved.Remove(name) && !_names.Add(name)) throw new InvalidOperationException($"The name '{name}' is taken.");
        var value = new Value(this, name, type, null, null);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Keeps names for inputs and outputs that are added later.</summary>
    public void Reserve(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _names.Add(name);
            _reserved.Add(name);
        }
    }

    /// <summary>A constant; equal ones are shared.</summary>
    public Value Constant(ConstantTensor tensor, string? name = null)
    {
        var key = $"{tensor.Type}:{Convert.ToHexString(SHA256.HashData(tensor.Bytes.Span))}";
        if (_constants.TryGetValue(key, out var known)) return known;
        _constantBytes += tensor.Bytes.Length;
        if (_constantBytes > MaxConstantBytes) throw Errors.TooLarge(Source, _constantBytes);
        return _constants[key] = new Value(this, NewName(name), tensor.Type, null, tensor);
    }

    /// <summary>A float constant of the element type <paramref name="element"/>, Float or Double.</summary>
    public Value Floats(ElementType element, long[] shape, ReadOnlySpan<double> values)
    {
        if (element == ElementType.Double)
            return Constant(new(new(element, shape), MemoryMarshal.AsBytes(values).ToArray()));
        var floats = new float[values.Length];
        for (var i = 0; i < floats.Length; i++) floats[i] = (float)values[i];
        return Constant(ConstantTensor.Of(shape, floats));
    }

    public Value Scalar(double value, ElementType element) => element switch
    {
        ElementType.Float or ElementType.Double => Floats(element, [], [value]),
        ElementType.Int64 => Constant(ConstantTensor.Of([], (long)value)),
        _ => Cast(Constant(ConstantTensor.Of([], (long)value)), element),
    };

    public Value Ints(params long[] values) => Constant(ConstantTensor.Of([values.Length], values));

    public Value Ints(IEnumerable<int> values) => Ints([.. values.Select(v => (long)v)]);

    /// <summary>Appends a node with one output.</summary>
    public Value Node(string op, TensorType type, Value?[] inputs, params (string Name, object Value)[] attributes) =>
        Node(op, inputs, [type], [.. attributes.Select(a => Attributes.Of(a.Name, a.Value))], [null])[0]!;

    /// <summary>Appends a node; output types that are null are outputs that nobody asked for.</summary>
    public IReadOnlyList<Value?> Node(
        string op, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType?> types, IReadOnlyList<AttributeProto> attributes,
        IReadOnlyList<string?> names)
    {
        if (_nodes.Count >= MaxNodes) throw Errors.TooManyNodes(Source, Origin);
        var node = new GraphNode(op, string.Create(CultureInfo.InvariantCulture, $"{op}_{_nodes.Count}"), inputs, attributes, Origin);
        _nodes.Add(node);
        for (var i = 0; i < types.Count; i++)
            node.AddOutput(types[i] is { } type ? NewValue(i < names.Count ? names[i] : null, type, node) : null);
        return node.Outputs;
    }

    internal Value NewValue(string? name, TensorType type, GraphNode? producer) => new(this, NewName(name), type, producer, null);

    private string NewName(string? wanted)
    {
        if (!string.IsNullOrEmpty(wanted) && _names.Add(wanted)) return wanted;
        string name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{(string.IsNullOrEmpty(wanted) ? "" : wanted + "~")}v{_next++}");
        }
        while (!_names.Add(name));
        return name;
    }
}
