using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>
/// Cuts a detector before its NonMaxSuppression: how many boxes that keeps depends on the image, so nothing behind it has a shape. What
/// it chooses from becomes two outputs, and what came of the choice goes.
/// </summary>
internal static class SelectionCut
{
    /// <summary>The names of the outputs that take its place; a second suppression's have a number behind them.</summary>
    public const string Boxes = "boxes_before_nms", Scores = "scores_before_nms";

    private const string Selection = "NonMaxSuppression";

    /// <summary>Cuts a graph whose nodes are in order; one without such a node stays as it is.</summary>
    public static void Run(GraphProto graph)
    {
        if (!graph.Node.Any(Selects)) return;
        var after = new HashSet<string>(); // tensors that depend on a suppression
        var first = new List<NodeProto>();
        foreach (var node in graph.Node)
        {
            var depends = UsedNames.Of(node).Any(after.Contains);
            if (!depends && Selects(node)) first.Add(node);
            if (depends || Selects(node)) after.UnionWith(node.Output.Where(o => o.Length > 0));
        }
        var taken = graph.Output.Select(o => o.Name).Concat(graph.Node.SelectMany(n => n.Output)).ToHashSet();
        ValueInfoProto[] outputs = [.. graph.Output.Where(o => !after.Contains(o.Name))];
        NodeProto[] nodes = [.. graph.Node.Where(n => !n.Output.Any(after.Contains))];
        graph.Output.Clear();
        graph.Output.AddRange(outputs);
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        foreach (var (i, node) in first.Index())
        {
            Add(graph, node.Input[0], Free(Boxes, i, taken));
            Add(graph, node.Input[1], Free(Scores, i, taken));
        }
    }

    private static bool Selects(NodeProto node) => node.OpType == Selection && node.Domain is ("" or "ai.onnx") && node.Input.Count >= 2;

    private static void Add(GraphProto graph, string tensor, string name)
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { tensor }, Output = { name } });
        graph.Output.Add(new ValueInfoProto { Name = name });
    }

    private static string Free(string name, int index, HashSet<string> taken)
    {
        for (var number = index + 1; ; number++)
        {
            var tried = number == 1 ? name : $"{name}_{number}";
            if (taken.Add(tried)) return tried;
        }
    }
}
