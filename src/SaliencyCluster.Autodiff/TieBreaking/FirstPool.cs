using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.TieBreaking;

/// <summary>
/// Lets the first max pool of a small model choose in double precision. In flat parts of an image two neighbours under the
/// first convolution often differ by less than float32 can tell; which of them is taken as the larger moves a gradient to
/// another pixel, at every point of a path alike. Reasons and measurements: decisions/0005-near-ties.md.
/// </summary>
internal static class FirstPool
{
    // Per point. Up to here the product in double costs little; the first layer of an ImageNet model has seven times as many.
    private const long MaxProducts = 16_000_000;

    private sealed record Match(GraphNode Conv, GraphNode? Relu, GraphNode Pool);

    /// <summary>Appends the rewritten graph and gives its outputs; the graph itself where no pool qualifies.</summary>
    public static List<(string Name, Value Value)> Rewrite(GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        var replaced = new Dictionary<Value, Value>();
        foreach (var match in nodes.Select(node => Find(node, graph)).OfType<Match>()) Append(match, graph, replaced);
        if (replaced.Count == 0) return outputs;
        foreach (var node in nodes)
        {
            if (node.Outputs.Any(o => o is not null && replaced.ContainsKey(o))) continue;
            if (!node.Inputs.Any(v => v is not null && replaced.ContainsKey(v))) continue;
            var copies = graph.Node(
                node.Op, [.. node.Inputs.Select(v => v is null ? null : replaced.GetValueOrDefault(v, v))], [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
            for (var i = 0; i < copies.Count; i++)
                if (node.Outputs[i] is { } old) replaced[old] = copies[i]!;
        }
        return [.. outputs.Select(o => (o.Name, replaced.GetValueOrDefault(o.Value, o.Value)))];
    }

    // Only where the choice matters (a gradient asked for the indices) and where it can be made better: deeper layers see
    // float32 inputs, whose rounding double arithmetic cannot undo.
    private static Match? Find(GraphNode pool, GraphBuilder graph)
    {
        if (pool.Op != "MaxPool" || pool.Outputs.Count < 2 || pool.Outputs[1] is null) return null;
        var relu = pool.Inputs[0]!.Producer is { Op: "Relu" } found ? found : null;
        var conv = (relu ?? pool).Inputs[0]!.Producer;
        var suits = conv is { Op: "Conv" } && conv.Inputs[0] is { } image && (image == graph.Point || image == graph.Reference)
            && SplitConv.Suits(conv) && SplitConv.Products(conv) <= MaxProducts;
        return suits ? new(conv!, relu, pool) : null;
    }

    private static void Append(Match match, GraphBuilder graph, Dictionary<Value, Value> replaced)
    {
        var value = SplitConv.Append(match.Conv);
        Replace(match.Conv, value);
        if (match.Relu is not null) Replace(match.Relu, value = graph.Unary("Relu", value));
        var (y, indices) = (match.Pool.Outputs[0]!, match.Pool.Outputs[1]!);
        var pooled = graph.Node("MaxPool", [value], [y.Type with { Element = ElementType.Double }, indices.Type], match.Pool.Attributes, []);
        Replace(match.Pool, pooled[0]!);
        replaced[indices] = pooled[1]!;

        void Replace(GraphNode node, Value precise) => replaced[node.Outputs[0]!] = graph.Cast(precise, ElementType.Float);
    }
}
