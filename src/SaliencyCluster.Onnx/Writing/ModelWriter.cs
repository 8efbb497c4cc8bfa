using System.Security.Cryptography;
using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Upgrading;

namespace SaliencyCluster.Onnx;

/// <summary>Writes models. The same model gives the same bytes, on every machine.</summary>
public static class ModelWriter
{
    // The oldest file version that knows every operator set here.
    private const int IrVersion = 8;

    /// <summary>
    /// The bytes of a model: fields in the order of their numbers, which protocol buffers keep for messages without maps.
    /// </summary>
    public static byte[] Write(ModelProto model) => model.ToByteArray();

    /// <summary>A model with the nodes of a specialised graph, every weight an initializer and every shape declared.</summary>
    public static ModelProto ToModel(SpecializedGraph graph)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "SaliencyCluster.Onnx",
            Graph = new GraphProto { Name = "specialized" },
        };
        model.OpsetImport.AddRange(graph.Model.Proto.OpsetImport.Select(Upgraded));
        model.Graph.Node.AddRange(graph.Nodes);
        model.Graph.Input.AddRange(graph.Inputs.Select(i => Declare(i, graph.Types[i])));
        model.Graph.Output.AddRange(graph.Outputs.Select(o => Declare(o, graph.Types[o])));
        // A dictionary's order is no promise; names are.
        model.Graph.Initializer.AddRange(graph.Constants.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => ToTensor(c.Key, c.Value)));
        return model;
    }

    // Nodes of older opsets were written anew.
    private static OperatorSetIdProto Upgraded(OperatorSetIdProto import) =>
        new() { Domain = import.Domain, Version = UpgradeTable.OpsetAfter(import.Domain, import.Version) };

    /// <summary>A constant as a tensor; the bytes are shared, not copied.</summary>
    public static TensorProto ToTensor(string name, ConstantTensor value)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)value.Type.Element,
            RawData = UnsafeByteOperations.UnsafeWrap(value.Bytes), // nobody writes to a constant's bytes
        };
        tensor.Dims.AddRange(value.Type.Shape);
        return tensor;
    }

    /// <summary>The declaration of an input or output of static shape.</summary>
    public static ValueInfoProto Declare(string name, TensorType type)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type.Element, Shape = new() };
        tensor.Shape.Dim.AddRange(type.Shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new() { Name = name, Type = new() { TensorType = tensor } };
    }

    /// <summary>The identity of a model: lower-case hexadecimal SHA-256 of its file's bytes.</summary>
    public static string Hash(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));
}
