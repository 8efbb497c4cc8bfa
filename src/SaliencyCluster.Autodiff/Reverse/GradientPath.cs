using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Reverse;

/// <summary>
/// Which values lie between the tensors whose gradients are wanted and the explained output. Only these take part in the
/// reverse pass. Integers carry no gradient, and operators with a known-zero rule end the way.
/// </summary>
internal sealed class GradientPath
{
    private readonly HashSet<Value> _values = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly List<MissingRule> _missing = [];

    private GradientPath(ForwardGraph forward, IReadOnlyList<Value> from, Value to)
    {
        (From, To) = (from, to);
        (FromName, ToName) = (forward.NameOf(from[0]), forward.NameOf(to));
    }

    /// <summary>Gets the tensors whose gradients are wanted.</summary>
    public IReadOnlyList<Value> From { get; }

    public Value To { get; }

    /// <summary>Gets the name of the first of them.</summary>
    public string FromName { get; }

    public string ToName { get; }

    /// <summary>Gets the nodes on the way, in forward order.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Gets every need that no rule serves.</summary>
    public IReadOnlyList<MissingRule> Missing => _missing;

    /// <summary>Gets whether the output depends on all of the tensors in a way that gradients can see.</summary>
    public bool Exists => From.All(_values.Contains);

    public bool Contains(Value? value) => value is not null && _values.Contains(value);

    public static GradientPath Find(ForwardGraph forward, Value from, Value to, VjpRuleTable table) => Find(forward, [from], to, table);

    /// <summary>Finds the ways from several tensors, which one reverse pass goes together.</summary>
    public static GradientPath Find(ForwardGraph forward, IReadOnlyList<Value> from, Value to, VjpRuleTable table)
    {
        var path = new GradientPath(forward, from, to);
        var reached = Reached(forward, from, table);
        if (!reached.Contains(to)) return path;
        path._values.Add(to);
        foreach (var node in forward.Nodes.Reverse())
        {
            if (!node.Outputs.Any(path.Contains)) continue;
            var rule = table.Find(node.Op);
            var wanted = Enumerable.Range(0, node.Inputs.Count).Where(i => node.Inputs[i] is { } v && reached.Contains(v)).ToArray();
            if (wanted.Length == 0) continue;
            path._nodes.Add(node);
            var outputs = Enumerable.Range(0, node.Outputs.Count).Where(i => path.Contains(node.Outputs[i])).ToArray();
            if (MissingRule.Find(node, rule, wanted, outputs) is { } missing) path._missing.Add(missing);
            foreach (var i in wanted) path._values.Add(node.Inputs[i]!);
        }
        path._nodes.Reverse();
        path._missing.Reverse();
        return path;
    }

    // Everything that depends on `from` through operators that let a gradient through (or should, but have no rule).
    private static HashSet<Value> Reached(ForwardGraph forward, IReadOnlyList<Value> from, VjpRuleTable table)
    {
        var reached = new HashSet<Value>(from);
        foreach (var node in forward.Nodes)
        {
            if (!node.Inputs.Any(v => v is not null && reached.Contains(v))) continue;
            var rule = table.Find(node.Op);
            if (rule is { Outcome: VjpOutcome.Zero }) continue;
            for (var i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i] is { } output && rule?.Carries(i) != false && (output.IsFloat || rule is { ThroughIntegers: true }))
                    reached.Add(output);
        }
        return reached;
    }
}
