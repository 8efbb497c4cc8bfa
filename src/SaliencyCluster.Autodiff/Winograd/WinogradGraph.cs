using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Winograd;

/// <summary>
/// Rewrites a finished graph so that its large 3x3 convolutions need a third fewer products, see <see cref="WinogradConv"/>.
/// Tensors between them stay in columns; where something needs the whole, the columns are put together once.
/// Measured in decisions/0004-winograd.md.
/// </summary>
internal sealed class WinogradGraph
{
    private readonly GraphBuilder _graph;
    private readonly Dictionary<Value, Value> _replaced = [];
    private readonly Dictionary<Value, Columns> _columns = [];
    private readonly IReadOnlyDictionary<Value, Columns> _known;

    private WinogradGraph(GraphBuilder graph, IReadOnlyDictionary<Value, Columns> known) => (_graph, _known) = (graph, known);

    /// <summary>Appends the rewritten graph and gives its outputs; the graph itself if nothing is to gain.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="known">Tensors that the graph puts together from columns.</param>
    public static List<(string Name, Value Value)> Rewrite(
        GraphBuilder graph, List<(string Name, Value Value)> outputs, IReadOnlyDictionary<Value, Columns> known)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        if (!nodes.Any(WinogradConv.Suits)) return outputs;
        var rewriting = new WinogradGraph(graph, known);
        foreach (var node in nodes) rewriting.Visit(node);
        return [.. outputs.Select(o => (o.Name, rewriting.Whole(o.Value)))];
    }

    private void Visit(GraphNode node)
    {
        if (WinogradConv.Suits(node))
        {
            _columns[node.Outputs[0]!] = WinogradConv.Append(node, Halves(node.Inputs[0]!), node.Inputs.Count > 2 ? node.Inputs[2] : null);
            return;
        }
        var isSplit = node.Inputs.Any(v => v is not null && _columns.ContainsKey(v));
        if (isSplit && node.Outputs.Count == 1 && TryInColumns(node)) return;
        if (!node.Inputs.Any(v => v is not null && (_replaced.ContainsKey(v) || _columns.ContainsKey(v)))) return;

        var copies = _graph.Node(node.Op, [.. node.Inputs.Select(v => v is null ? null : Whole(v))], [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
        for (var i = 0; i < copies.Count; i++)
            if (node.Outputs[i] is { } old) _replaced[old] = copies[i]!;
    }

    private bool TryInColumns(GraphNode node)
    {
        var y = node.Outputs[0]!;
        if (node.Op == "Conv" && ColumnForms.IsStrided(node) && _columns.TryGetValue(node.Inputs[0]!, out var x))
        {
            _replaced[y] = ColumnForms.AppendStrided(node, x);
            return true;
        }
        var isPointwise = ColumnForms.IsPointwise(node);
        if (!isPointwise && !(ColumnForms.IsElementwise(node) && y.Rank == 4 && y.Shape[3] % 2 == 0)) return false;
        _columns[y] = new(Half(c => c.Even), Half(c => c.Odd));
        return true;

        Value Half(Func<Columns, Value> which)
        {
            Value?[] inputs = [.. node.Inputs.Select((v, i) => v is null ? null
                : isPointwise ? (i == 0 ? which(Halves(v)) : v)
                : v.Shape.AsSpan().SequenceEqual(y.Shape) ? which(Halves(v)) : Whole(v))];
            TensorType type = new(y.Type.Element, [.. y.Shape[..3], y.Shape[3] / 2]);
            return _graph.Node(node.Op, inputs, [type], node.Attributes, [])[0]!;
        }
    }

    private Value Whole(Value old)
    {
        if (_replaced.TryGetValue(old, out var known)) return known;
        return _columns.TryGetValue(old, out var columns) ? _replaced[old] = columns.Merge() : old;
    }

    private Columns Halves(Value old)
    {
        if (_columns.TryGetValue(old, out var made)) return made;
        return _columns[old] = _known.TryGetValue(old, out var known) ? known.Map(Whole) : Columns.Split(Whole(old));
    }
}
