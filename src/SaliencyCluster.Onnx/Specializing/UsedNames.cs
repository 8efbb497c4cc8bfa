using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>Every tensor name that is read somewhere in a graph or in a graph inside it.</summary>
internal static class UsedNames
{
    public static HashSet<string> Of(GraphProto graph)
    {
        var used = new HashSet<string>();
        Collect(used, new([graph]));
        return used;
    }

    /// <summary>The names that a node reads: its inputs, and what the graphs inside it take from around them.</summary>
    public static HashSet<string> Of(NodeProto node)
    {
        var used = node.Input.ToHashSet();
        Collect(used, new(node.Attribute.Where(a => a.G is not null).Select(a => a.G)));
        return used;
    }

    private static void Collect(HashSet<string> used, Stack<GraphProto> open)
    {
        while (open.TryPop(out var next))
        {
            used.UnionWith(next.Output.Select(o => o.Name));
            foreach (var node in next.Node)
            {
                used.UnionWith(node.Input);
                foreach (var inner in node.Attribute.Where(a => a.G is not null)) open.Push(inner.G);
            }
        }
    }
}
