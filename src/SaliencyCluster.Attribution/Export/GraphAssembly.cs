using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Attribution.Export;

/// <summary>Appends nodes, constants and whole graphs to one ONNX graph. Equal constants are there once. Equal calls give equal
/// graphs.</summary>
internal sealed class GraphAssembly
{
    private const int IrVersion = 8, Opset = 18;
    private readonly Dictionary<string, string> _constants = [];
    private int _next;

    /// <summary>Gets the graph.</summary>
    public GraphProto Graph { get; } = new() { Name = "explanation" };

    /// <summary>Gets the bytes of constants.</summary>
    public long ConstantBytes { get; private set; }

    /// <summary>Appends a node with one output.</summary>
    public string Node(string op, string[] inputs, params ReadOnlySpan<(string Name, long Value)> attributes) =>
        Node(op, $"x{_next++}", inputs, attributes);

    /// <summary>Appends a node whose output has a name.</summary>
    public string Node(string op, string output, string[] inputs, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        var node = new NodeProto { OpType = op, Name = string.Create(CultureInfo.InvariantCulture, $"{op}_{Graph.Node.Count}"),
            Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes) node.Attribute.Add(
            new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        Graph.Node.Add(node);
        return output;
    }

    /// <summary>Reorders dimensions.</summary>
    public string Transpose(string input, params long[] order)
    {
        var output = Node("Transpose", [input]);
        Graph.Node[^1].Attribute.Add(
            new AttributeProto { Name = "perm", Type = AttributeProto.Types.AttributeType.Ints, Ints = { order } });
        return output;
    }

    /// <summary>Changes the type of elements.</summary>
    public string Cast(string input, ElementType type) => Node("Cast", [input], ("to", (long)type));

    public string Doubles(long[] shape, ReadOnlySpan<double> values) => Constant(ElementType.Double, shape, MemoryMarshal.AsBytes(values));

    public string Floats(long[] shape, ReadOnlySpan<float> values) => Constant(ElementType.Float, shape, MemoryMarshal.AsBytes(values));

    public string Longs(long[] shape, params ReadOnlySpan<long> values) =>
        Constant(ElementType.Int64, shape, MemoryMarshal.AsBytes(values));

    public string Flags(long[] shape, bool[] values) =>
        Constant(ElementType.Bool, shape, Array.ConvertAll(values, v => v ? (byte)1 : (byte)0));

    /// <summary>Adds an input; with a value it may be left out.</summary>
    public void Input(string name, ElementType type, IReadOnlyList<long> shape, ReadOnlySpan<byte> value = default)
    {
        Graph.Input.Add(Describe(name, type, shape));
        if (!value.IsEmpty) Graph.Initializer.Add(
            new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(value) });
    }

    /// <summary>Adds an output.</summary>
    public void Output(string name, ElementType type, IReadOnlyList<long> shape) => Graph.Output.Add(Describe(name, type, shape));

    /// <summary>Appends a copy of a whole graph; its weights are shared with other copies.</summary>
    /// <param name="part">The graph.</param>
    /// <param name="prefix">What the names of its values begin with here.</param>
    /// <param name="inputs">What its inputs are here.</param>
    /// <returns>The names of its outputs here.</returns>
    public IReadOnlyDictionary<string, string> Inline(GraphProto part, string prefix, IReadOnlyDictionary<string, string> inputs)
    {
        var names = new Dictionary<string, string>(inputs);
        foreach (var weight in part.Initializer) names[weight.Name] = Constant(
            (ElementType)weight.DataType, [.. weight.Dims], weight.RawData.Span);
        string Name(string name) => name.Length == 0 ? "" : names.TryGetValue(name, out var known) ? known : names[name] = prefix + name;
        foreach (var node in part.Node)
        {
            if (node.Attribute.Any(a => a.G is not null)) throw new InvalidOperationException(
                $"Node '{node.Name}' of an explanation graph holds a graph.");
            var copy = new NodeProto { OpType = node.OpType, Domain = node.Domain, Name = prefix + node.Name };
            copy.Input.AddRange(node.Input.Select(Name));
            copy.Output.AddRange(node.Output.Select(Name));
            copy.Attribute.AddRange(node.Attribute);
            Graph.Node.Add(copy);
        }
        return part.Output.ToDictionary(o => o.Name, o => Name(o.Name));
    }

    /// <summary>Adds arrays in the order of the reduction tree: neighbours first, one that is left over joins later.</summary>
    public string Sum(IReadOnlyList<string> leaves)
    {
        var level = leaves.ToList();
        while (level.Count > 1)
            level = [.. level.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : Node("Add", [pair[0], pair[1]]))];
        return level[0];
    }

    /// <summary>Makes the model.</summary>
    public ModelProto ToModel(string producer, string version)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = producer, ProducerVersion = version, Graph = Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return model;
    }

    private string Constant(ElementType type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        var key = $"{type}[{string.Join(',', shape)}]{Convert.ToHexString(SHA256.HashData(bytes))}";
        if (_constants.TryGetValue(key, out var known)) return known;
        var name = string.Create(CultureInfo.InvariantCulture, $"c{_constants.Count}");
        ConstantBytes += bytes.Length;
        Graph.Initializer.Add(
            new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(bytes) });
        return _constants[key] = name;
    }

    private static ValueInfoProto Describe(string name, ElementType type, IReadOnlyList<long> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = dimensions } } };
    }
}
