using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>The constants of a graph that has no shapes yet, with those behind a cast or a quantisation.</summary>
internal sealed class Weights
{
    private readonly Dictionary<string, TensorProto> _tensors = [];

    public Weights(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) _tensors[tensor.Name] = tensor;
        foreach (var node in graph.Node)
        {
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value) _tensors[node.Output[0]] = value;
            else if (node.OpType is "DequantizeLinear" or "QuantizeLinear" or "Cast" or "Identity" && node.Input.Count > 0 && _tensors.TryGetValue(node.Input[0], out var inner)) _tensors[node.Output[0]] = inner;
        }
    }

    /// <summary>The dimensions of an input; null where it is no constant.</summary>
    public long[]? Dims(NodeProto node, int input) =>
        input < node.Input.Count && _tensors.TryGetValue(node.Input[input], out var tensor) ? [.. tensor.Dims] : null;

    /// <summary>The whole numbers of an input; null where it is no constant of int64.</summary>
    public long[]? Longs(NodeProto node, int input)
    {
        if (input >= node.Input.Count || !_tensors.TryGetValue(node.Input[input], out var tensor) || tensor.DataType != (int)ElementType.Int64) return null;
        return tensor.RawData.IsEmpty ? [.. tensor.Int64Data] : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray();
    }
}
