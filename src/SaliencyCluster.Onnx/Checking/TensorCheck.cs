using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Every tensor in the file: its data must be there and match its type and shape.</summary>
internal static class TensorCheck
{
    /// <exception cref="SaliencyException">SAL1002, SAL1003 or SAL1009.</exception>
    public static void Run(IEnumerable<GraphProto> graphs, string source, ReadLimits limits)
    {
        foreach (var graph in graphs)
        {
            foreach (var tensor in graph.Initializer) TensorDecoder.Check(tensor, $"tensor '{tensor.Name}'", source, limits);
            if (graph.SparseInitializer.FirstOrDefault() is { } sparse)
                throw ModelErrors.BadTensor(source, $"tensor '{sparse.Values?.Name}'", "sparse tensors are not supported");
            foreach (var node in graph.Node)
                foreach (var attribute in node.Attribute.Where(a => a.T is not null))
                    TensorDecoder.Check(attribute.T, $"attribute '{attribute.Name}' of {ModelErrors.Describe(node)}", source, limits);
        }
    }
}
