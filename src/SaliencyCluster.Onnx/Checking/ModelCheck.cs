using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Functions;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>All checks of a parsed file, in the order in which their messages help most.</summary>
internal static class ModelCheck
{
    public static OnnxModel Run(ModelProto proto, string source, string hash, ReadLimits limits)
    {
        if (proto.Graph is null || proto.Graph.Node.Count == 0) throw ModelErrors.NotAModel(source, "it holds no graph with nodes");
        if (proto.Graph.Node.Count > limits.MaxNodes)
            throw ModelErrors.OverLimit(source, proto.Graph.Node.Count, "nodes", limits.MaxNodes, "ReadLimits.MaxNodes");
        var opset = Opsets.Default(proto, source);
        FunctionInliner.Run(proto, source, limits);
        var graphs = NestedGraph.All(proto.Graph);
        TensorCheck.Run(graphs.Select(g => g.Graph), source, limits);
        foreach (var graph in graphs) AttributeCheck.Run(graph.Graph, source);
        foreach (var graph in graphs) ReferenceCheck.Run(graph, source);
        foreach (var graph in graphs) TopologicalOrder.Sort(graph.Graph, source);
        SelectionCut.Run(proto.Graph);
        var opsetOf = Opsets.Of(proto);
        OperatorCheck.Run(proto.Graph, source, opsetOf);
        foreach (var graph in graphs) InputCheck.Run(graph.Graph, source, opsetOf);
        var image = ImageInputFinder.Find(proto.Graph, source);
        return ImageRank.Run(new(proto, source, hash, opset, image), limits);
    }
}
