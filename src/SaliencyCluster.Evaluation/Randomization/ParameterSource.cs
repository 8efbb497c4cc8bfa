using SaliencyCluster.Attribution;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>Finds the tensor behind an input of a node: an initializer or a Constant, perhaps transposed or renamed on the way.</summary>
internal sealed class ParameterSource(GraphProto graph)
{
    private readonly Dictionary<string, TensorProto> _tensors = Tensors(graph);
    private readonly Dictionary<string, NodeProto> _producers =
        graph.Node.SelectMany(n => n.Output.Where(o => o.Length > 0).Select(o => (Output: o, Node: n))).ToDictionary(p => p.Output, p => p.Node);

    /// <summary>The tensor and its shape as the input sees it, or null where the input is computed from the image.</summary>
    public (TensorProto Tensor, long[] Shape)? Find(string input)
    {
        if (_tensors.TryGetValue(input, out var tensor)) return (tensor, [.. tensor.Dims]);
        if (!_producers.TryGetValue(input, out var node)) return null;
        return node.OpType switch
        {
            "Identity" => Find(node.Input[0]),
            "Transpose" when Find(node.Input[0]) is { } found => (found.Tensor, Permuted(found.Shape, node)),
            _ => null,
        };
    }

    /// <summary>The node that computes a tensor, if any.</summary>
    public NodeProto? ProducerOf(string tensor) => _producers.GetValueOrDefault(tensor);

    /// <summary>Every stored float tensor by the name that nodes use for it.</summary>
    internal static Dictionary<string, TensorProto> Tensors(GraphProto graph)
    {
        var tensors = graph.Initializer.ToDictionary(t => t.Name);
        foreach (var node in graph.Node.Where(n => n.OpType == "Constant"))
            if (node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value) tensors.TryAdd(node.Output[0], value);
        return tensors;
    }

    private static long[] Permuted(long[] shape, NodeProto transpose)
    {
        var order = transpose.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints;
        return order is { Count: > 0 } ? [.. order.Select(axis => shape[axis])] : [.. shape.Reverse()];
    }
}
