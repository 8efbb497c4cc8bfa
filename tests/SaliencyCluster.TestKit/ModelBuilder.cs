using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.TestKit;

/// <summary>Writes small ONNX models for tests: <c>new ModelBuilder(13).Input("x", -1, 3).Node("Relu", "x", "y").Output("y", -1, 3)</c>.</summary>
public sealed class ModelBuilder
{
    private readonly ModelProto _model = new() { IrVersion = 8, ProducerName = "tests", Graph = new GraphProto { Name = "g" } };

    public ModelBuilder(int opset = 13) => _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });

    public GraphProto Graph => _model.Graph;

    public ModelProto Proto => _model;

    /// <summary>Adds a float input; -1 is a free dimension.</summary>
    public ModelBuilder Input(string name, params long[] shape) { Graph.Input.Add(Value(name, 1, shape)); return this; }

    public ModelBuilder Output(string name, params long[] shape) { Graph.Output.Add(Value(name, 1, shape)); return this; }

    /// <summary>Adds outputs without a declared type; the runtime infers it.</summary>
    public ModelBuilder Results(params string[] names)
    {
        Graph.Output.AddRange(names.Select(n => new ValueInfoProto { Name = n }));
        return this;
    }

    /// <summary>
    /// Begins the graph of a step of a loop: inputs by name, of which <c>i</c> is its number, <c>go</c> whether to go on, and all others are floats.
    /// </summary>
    public static ModelBuilder Step(params string[] inputs)
    {
        var builder = new ModelBuilder();
        foreach (var name in inputs)
        {
            var type = new TypeProto.Types.Tensor { ElemType = name switch { "i" => 7, "go" => 9, _ => 1 } };
            if (name is "i" or "go") type.Shape = new();
            builder.Graph.Input.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = type } });
        }
        return builder;
    }

    /// <summary>Adds an initializer of any type.</summary>
    public ModelBuilder Initializer(string name, Onnx.ConstantTensor value)
    {
        Graph.Initializer.Add(Tensor(name, value));
        return this;
    }

    public static TensorProto Tensor(string name, Onnx.ConstantTensor value)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)value.Type.Element, RawData = ByteString.CopyFrom(value.Bytes.Span) };
        tensor.Dims.AddRange(value.Type.Shape);
        return tensor;
    }

    public ModelBuilder Weight(string name, long[] shape, params float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = 1, RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)) };
        tensor.Dims.AddRange(shape);
        Graph.Initializer.Add(tensor);
        return this;
    }

    public ModelBuilder Longs(string name, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = 7, RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(values)) };
        tensor.Dims.Add(values.Length);
        Graph.Initializer.Add(tensor);
        return this;
    }

    /// <summary>Adds a node; inputs and outputs are space-separated names (<c>_</c> for an absent one), the operator may have a domain in front (<c>com.microsoft:Gelu</c>), attributes are (name, int | float | string | long[] | float[] | string[]).</summary>
    public ModelBuilder Node(string op, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var (domain, name) = op.Split(':') is [var d, var n] ? (d, n) : ("", op);
        if (_model.OpsetImport.All(o => o.Domain != domain)) _model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        var node = new NodeProto { OpType = name, Domain = domain, Name = $"{name}_{Graph.Node.Count}" };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => n == "_" ? "" : n));
        node.Output.AddRange(outputs.Split(' ').Select(n => n == "_" ? "" : n));
        foreach (var (key, value) in attributes) node.Attribute.Add(Attribute(key, value));
        Graph.Node.Add(node);
        return this;
    }

    public byte[] ToBytes() => _model.ToByteArray();

    private static AttributeProto Attribute(string name, object value)
    {
        var a = new AttributeProto { Name = name };
        switch (value)
        {
            case int i: a.I = i; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case float f: a.F = f; a.Type = AttributeProto.Types.AttributeType.Float; break;
            case string s: a.S = ByteString.CopyFromUtf8(s); a.Type = AttributeProto.Types.AttributeType.String; break;
            case long[] longs: a.Ints.AddRange(longs); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case float[] floats: a.Floats.AddRange(floats); a.Type = AttributeProto.Types.AttributeType.Floats; break;
            case string[] strings: a.Strings.AddRange(strings.Select(ByteString.CopyFromUtf8)); a.Type = AttributeProto.Types.AttributeType.Strings; break;
            case GraphProto g: a.G = g; a.Type = AttributeProto.Types.AttributeType.Graph; break;
            case TensorProto t: a.T = t; a.Type = AttributeProto.Types.AttributeType.Tensor; break;
            default: throw new ArgumentException($"Attribute {name} has a value of type {value.GetType()}.");
        }
        return a;
    }

    private static ValueInfoProto Value(string name, int element, long[] shape)
    {
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = element, Shape = new TensorShapeProto() } };
        foreach (var d in shape)
            type.TensorType.Shape.Dim.Add(d < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new TensorShapeProto.Types.Dimension { DimValue = d });
        return new ValueInfoProto { Name = name, Type = type };
    }
}
