using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>Every tensor name that is read somewhere in a graph or in a graph inside it.</summary>
internal static class UsedNames
{
    public static HashSet<string> Of(GraphProto graph)
    {
        var used = new HashSet<string>();
        var open = new Stack<GraphProto>([graph]);
        while (open.TryPop(out var next))
        {
            used.UnionWith(next.Output.Select(o => o.Name));
            foreach (var node in next.Node)
            {
                used.UnionWith(node.Input);
                foreach (var inner in node.Attribute.Where(a => a.G is not null)) open.Push(inner.G);
            }
        }
        return used;
    }
}
