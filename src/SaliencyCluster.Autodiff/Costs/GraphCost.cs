using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Costs;

/// <summary>What one run of a graph takes, from its static shapes alone.</summary>
/// <param name="WeightBytes">Bytes that stay loaded: constants, and what follows from constants alone, which ONNX Runtime computes when it loads.</param>
/// <param name="LiveBytes">The most bytes of tensors that are alive at the same time, and what the node at work needs beside them.</param>
/// <param name="Operations">About how many operations all nodes take.</param>
internal sealed record GraphCost(long WeightBytes, long LiveBytes, long Operations)
{
    // Operators whose output is their input's memory under another shape.
    private static readonly HashSet<string> Views = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"];

    /// <summary>Gets all bytes.</summary>
    public long PeakBytes => Saturating.Sum([WeightBytes, LiveBytes]);

    /// <summary>Reckons the nodes that some outputs need.</summary>
    /// <param name="nodes">The nodes in an order in which they can run.</param>
    /// <param name="outputs">What the run returns.</param>
    public static GraphCost Of(IReadOnlyList<GraphNode> nodes, IReadOnlyList<Value> outputs)
    {
        var inputs = nodes.SelectMany(n => n.Inputs).Concat(outputs).OfType<Value>().ToHashSet();
        var weights = inputs.Where(v => v.Constant is not null).Select(Bytes).ToList();
        var running = new List<GraphNode>();
        var moving = inputs.Where(v => v.Constant is null && v.Producer is null).ToHashSet();
        foreach (var node in nodes)
        {
            if (node.Inputs.Any(i => i is not null && moving.Contains(i)))
            {
                running.Add(node);
                moving.UnionWith(node.Outputs.OfType<Value>());
            }
            else
            {
                weights.AddRange(node.Outputs.OfType<Value>().Select(Bytes));
            }
        }
        // ONNX Runtime orders nodes its own way, depth first from the outputs; the worse of both orders counts.
        return new(
            Saturating.Sum(weights), Math.Max(Live(running, moving, outputs), Live(DepthFirst(running, outputs), moving, outputs)),
            Saturating.Sum(nodes.Select(NodeOperations.Of)));
    }

    private static long Bytes(Value value) => Saturating.Product(value.Type.Count, value.Type.Element.Size());

    private static long Live(IReadOnlyList<GraphNode> order, HashSet<Value> moving, IReadOnlyList<Value> outputs)
    {
        var owner = new Dictionary<Value, Value>();
        var lastUse = new Dictionary<Value, int>();
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var input in order[i].Inputs.OfType<Value>().Where(moving.Contains)) lastUse[Owner(input)] = i;
            if (Views.Contains(order[i].Op) && order[i].Inputs[0] is { } viewed && moving.Contains(viewed)) owner[order[i].Outputs[0]!] = Owner(viewed);
        }
        foreach (var output in outputs) lastUse[Owner(output)] = order.Count;
        var dying = lastUse.ToLookup(use => use.Value, use => use.Key);
        // What the caller gives lives for the whole run.
        Int128 live = moving.Where(v => v.Producer is null).Sum(v => (decimal)Bytes(v)) is var given ? (Int128)given : 0;
        var peak = live;
        for (var i = 0; i < order.Count; i++)
        {
            Int128 made = 0, unused = 0;
            foreach (var output in order[i].Outputs.OfType<Value>().Where(o => !owner.ContainsKey(o)))
            {
                made += Bytes(output);
                if (!lastUse.ContainsKey(output)) unused += Bytes(output);
            }
            live += made;
            peak = Int128.Max(peak, live + NodeOperations.Workspace(order[i]));
            live -= unused;
            foreach (var value in dying[i].Where(v => v.Producer is not null)) live -= Bytes(value);
        }
        return (long)Int128.Min(peak, long.MaxValue);

        Value Owner(Value value) => owner.GetValueOrDefault(value, value);
    }

    private static List<GraphNode> DepthFirst(IReadOnlyList<GraphNode> nodes, IReadOnlyList<Value> outputs)
    {
        var (open, done) = (nodes.ToHashSet(), new List<GraphNode>());
        var stack = new Stack<(GraphNode Node, bool IsReady)>();
        foreach (var output in outputs.Reverse()) Push(output);
        while (stack.TryPop(out var top))
        {
            if (top.IsReady)
            {
                done.Add(top.Node);
                continue;
            }
            if (!open.Remove(top.Node)) continue;
            stack.Push((top.Node, true));
            foreach (var input in top.Node.Inputs.Reverse()) Push(input);
        }
        return done;

        void Push(Value? value)
        {
            if (value?.Producer is { } producer && open.Contains(producer)) stack.Push((producer, false));
        }
    }
}
