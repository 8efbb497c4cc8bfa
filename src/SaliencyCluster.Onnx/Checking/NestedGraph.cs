using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>A graph and the graph around it, if it is the branch of a node.</summary>
internal sealed class NestedGraph(GraphProto graph, NestedGraph? outer)
{
    private readonly HashSet<string> _names = [.. MadeNames.Of(graph)];

    public GraphProto Graph => graph;

    /// <summary>Whether a node of this graph can read a tensor: it is made here or in a graph around.</summary>
    public bool Sees(string tensor)
    {
        for (var g = this; g is not null; g = g.Outer)
            if (g._names.Contains(tensor)) return true;
        return false;
    }

    private NestedGraph? Outer => outer;

    /// <summary>A graph and all graphs inside it, outer ones first.</summary>
    public static List<NestedGraph> All(GraphProto root)
    {
        var result = new List<NestedGraph> { new(root, null) };
        for (var i = 0; i < result.Count; i++)
            foreach (var inner in result[i].Graph.Node.SelectMany(n => n.Attribute).Where(a => a.G is not null))
                result.Add(new(inner.G, result[i]));
        return result;
    }
}
