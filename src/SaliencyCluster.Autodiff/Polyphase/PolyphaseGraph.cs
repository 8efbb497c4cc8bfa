using SaliencyCluster.Autodiff.Winograd;
using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>
/// Rewrites a finished graph so that gradients of strided operators are made in phases, in the runtime's blocked layout, and
/// stay in phases as long as nothing needs the whole. Measured in decisions/0007-polyphase.md.
/// </summary>
internal sealed class PolyphaseGraph
{
    private readonly GraphBuilder _graph;
    private readonly Dictionary<Value, Value> _replaced = [];
    private readonly Dictionary<Value, Phases> _phases = [];
    private readonly Dictionary<Value, Columns> _columns = [];
    private readonly Dictionary<GraphNode, MaxPoolGradient> _pools = [];
    private readonly Dictionary<GraphNode, (Value AlongColumns, Value Result)> _maxima = [];

    private PolyphaseGraph(GraphBuilder graph) => _graph = graph;

    /// <summary>Appends the rewritten graph. Gives its outputs, and what is known of its tensors in columns; the graph itself if nothing is to gain.</summary>
    public static (List<(string Name, Value Value)> Outputs, IReadOnlyDictionary<Value, Columns> Halves) Rewrite(
        GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        var rewriting = new PolyphaseGraph(graph);
        foreach (var pool in nodes.Select(MaxPoolGradient.Find).OfType<MaxPoolGradient>())
            (rewriting._pools[pool.Pool], rewriting._pools[pool.Masked]) = (pool, pool);
        if (rewriting._pools.Count > 0 || nodes.Any(StridedGradient.Suits))
            foreach (var node in nodes) rewriting.Visit(node);
        return ([.. outputs.Select(o => (o.Name, rewriting.Whole(o.Value)))], rewriting._columns);
    }

    private void Visit(GraphNode node)
    {
        if (_pools.TryGetValue(node, out var pool))
        {
            Append(pool, node);
            return;
        }
        if (StridedGradient.Suits(node))
        {
            _phases[node.Outputs[0]!] = StridedGradient.Append(node, Whole(node.Inputs[0]!));
            return;
        }
        if (node.Inputs.Any(v => v is not null && _phases.ContainsKey(v)) && TryInPhases(node)) return;
        if (!node.Inputs.Any(v => v is not null && (_replaced.ContainsKey(v) || _phases.ContainsKey(v)))) return;

        var copies = _graph.Node(node.Op, [.. node.Inputs.Select(v => v is null ? null : Whole(v))], [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
        for (var i = 0; i < copies.Count; i++)
            if (node.Outputs[i] is { } old) _replaced[old] = copies[i]!;
    }

    private void Append(MaxPoolGradient pool, GraphNode node)
    {
        var x = Whole(pool.Pool.Inputs[0]!);
        if (node == pool.Pool)
        {
            _maxima[node] = pool.AppendForward(x);
            _replaced[node.Outputs[0]!] = _maxima[node].Result;
        }
        else
        {
            _phases[node.Outputs[0]!] = pool.AppendGradient(x, _maxima[pool.Pool], Whole(pool.Gradient));
        }
    }

    private bool TryInPhases(GraphNode node)
    {
        var y = node.Outputs[0]!;
        if (!_phases.TryGetValue(node.Inputs[0]!, out var x)) return false;
        switch (node.Op)
        {
            case "Mul" when Mask.Find(node.Inputs[1]!) is { } mask && mask.Of.Shape.AsSpan().SequenceEqual(y.Shape):
                var of = Whole(mask.Of);
                _phases[y] = x.Map(y.Type, (part, row, column) => part * mask.Phase(of, row, column));
                return true;
            case "Add" when _phases.TryGetValue(node.Inputs[1]!, out var other) && y.Shape.AsSpan().SequenceEqual(node.Inputs[1]!.Shape):
                _phases[y] = Phases.Sum(x, other);
                return true;
            case "Conv" when PolyphaseConv.Suits(node):
                _replaced[y] = PolyphaseConv.Append(node, x, _graph);
                return true;
            case "Conv" when ColumnForms.IsPointwise(node) && Phases.CanHold(y) && node.Int("group", 1) == 1 && node.Inputs.Count == 2 && y.Shape[1] <= x.Type.Shape[1]:
                _phases[y] = x.Map(y.Type, (part, _, _) => _graph.Node("Conv", [part, node.Inputs[1]], [Phases.PartOf(y.Type)], node.Attributes, [])[0]!);
                return true;
            default:
                return false;
        }
    }

    private Value Whole(Value old)
    {
        if (_replaced.TryGetValue(old, out var known)) return known;
        if (!_phases.TryGetValue(old, out var phases)) return old;
        var columns = phases.Columns(_graph);
        var whole = _replaced[old] = columns.Merge();
        _columns[whole] = columns;
        return whole;
    }
}
