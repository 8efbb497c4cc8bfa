using Google.Protobuf;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>Writes a built graph as an ONNX model: what the outputs do not need is left out.</summary>
internal static class GraphWriter
{
    private const int IrVersion = 8; // goes with opset 18

    public static (ModelProto Model, IReadOnlyList<GraphNode> Nodes) Write(GraphBuilder graph, IReadOnlyList<(string Name, Value Value)> outputs)
    {
        var nodes = Needed(graph, outputs.Select(o => o.Value));
        var proto = new GraphProto { Name = "explanation" };
        var names = new Dictionary<Value, string>();
        var copies = new List<(string Name, Value Value)>();
        foreach (var (name, value) in outputs)
        {
            if (value.Producer is null || !names.TryAdd(value, name)) copies.Add((name, value));
            proto.Output.Add(Describe(name, value.Type));
        }
        proto.Input.AddRange(graph.Inputs.Select(i => Describe(i.Name, i.Type)));
        var constants = new HashSet<Value>();
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs)
                if (input?.Constant is { } constant && constants.Add(input)) proto.Initializer.Add(Write(input.Name, constant));
            proto.Node.Add(Write(node, names));
        }
        foreach (var (_, value) in outputs)
            if (value.Constant is { } constant && constants.Add(value)) proto.Initializer.Add(Write(value.Name, constant));
        foreach (var (name, value) in copies)
            proto.Node.Add(new NodeProto { OpType = "Identity", Name = "copy_" + name, Input = { names.GetValueOrDefault(value, value.Name) }, Output = { name } });

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "SaliencyCluster.Autodiff", Graph = proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = GraphBuilder.Opset });
        foreach (var domain in proto.Node.Select(n => n.Domain).Where(d => d.Length > 0).Distinct())
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return (model, nodes);
    }

    /// <summary>The nodes that some outputs need, in order.</summary>
    public static IReadOnlyList<GraphNode> Needed(GraphBuilder graph, IEnumerable<Value> outputs)
    {
        var needed = new HashSet<Value>(outputs);
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(o => o is not null && needed.Contains(o))) continue;
            nodes.Add(node);
            needed.UnionWith(node.Inputs.OfType<Value>());
        }
        nodes.Reverse();
        return nodes;
    }

    private static NodeProto Write(GraphNode node, Dictionary<Value, string> names)
    {
        string Name(Value? value) => value is null ? "" : names.GetValueOrDefault(value, value.Name);
        // An operator of another domain than ONNX's own has it in front of its name.
        var (domain, op) = node.Op.Split(':') is [var before, var after] ? (before, after) : ("", node.Op);
        var proto = new NodeProto { OpType = op, Domain = domain, Name = node.Name.Replace(':', '_') };
        proto.Input.AddRange(node.Inputs.Select(Name));
        proto.Output.AddRange(node.Outputs.Select(Name));
        proto.Attribute.AddRange(node.Attributes);
        return proto;
    }

    private static TensorProto Write(string name, ConstantTensor constant)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)constant.Type.Element,
            RawData = UnsafeByteOperations.UnsafeWrap(constant.Bytes), // nobody writes to a constant's bytes
        };
        tensor.Dims.AddRange(constant.Type.Shape);
        return tensor;
    }

    private static ValueInfoProto Describe(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(type.Shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)type.Element, Shape = shape } },
        };
    }
}
