using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Onnx.Models;

/// <summary>Every tensor name that is read somewhere in a graph or in a graph inside it.</summary>
internal static class UsedNames
{
    public static HashSet<string> Of(GraphProto graph)
    {
        var used = graph.Output.Select(o => o.Name).ToHashSet();
        foreach (var node in graph.Node) used.UnionWith(Of(node));
        return used;
    }

    /// <summary>The names that a node reads: its inputs, and what the graphs inside it take from around them.</summary>
    public static HashSet<string> Of(NodeProto node)
    {
        var used = node.Input.ToHashSet();
        var open = new Stack<Inner>(Inside(node, null));
        while (open.TryPop(out var graph))
        {
            used.UnionWith(graph.Proto.Output.Select(o => o.Name).Where(n => !graph.Makes(n)));
            foreach (var inner in graph.Proto.Node)
            {
                used.UnionWith(inner.Input.Where(n => !graph.Makes(n)));
                foreach (var next in Inside(inner, graph)) open.Push(next);
            }
        }
        return used;
    }

    private static IEnumerable<Inner> Inside(NodeProto node, Inner? outer) =>
        node.Attribute.Where(a => a.G is not null).Select(a => new Inner(a.G, outer));

    private sealed class Inner(GraphProto proto, Inner? outer)
    {
        private readonly HashSet<string> _made = [.. MadeNames.Of(proto)];

        public GraphProto Proto => proto;

        public bool Makes(string name) => _made.Contains(name) || (Outer?.Makes(name) ?? false);

        private Inner? Outer => outer;
    }
}
