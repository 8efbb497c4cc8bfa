using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>What depends on what.</summary>
internal static class Reach
{
    /// <summary>The values that depend on one of <paramref name="from"/>, themselves among them.</summary>
    public static HashSet<Value> From(IEnumerable<GraphNode> nodes, params IEnumerable<Value> from)
    {
        var reached = new HashSet<Value>(from);
        foreach (var node in nodes)
            if (node.Inputs.Any(i => i is not null && reached.Contains(i))) reached.UnionWith(node.Outputs.OfType<Value>());
        return reached;
    }
}
