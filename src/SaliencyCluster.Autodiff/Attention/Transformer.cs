using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>The attention of a network as one chain over one set of tokens, and how its output reads these.</summary>
internal sealed class Transformer
{
    // Each takes some walks over the graph; the deepest transformers have some hundred.
    private const int MaxLayers = 512;

    private static readonly HashSet<string> _convolutions = ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "Resize"];
    private readonly AxisTracer _axes;
    private readonly IReadOnlyList<GraphNode> _needed;
    private readonly ForwardGraph _forward;
    private readonly Value _output;

    private Transformer(ForwardGraph forward, Value output)
    {
        (_forward, _output) = (forward, output);
        _axes = AxisTracer.Of(forward);
        _needed = GraphWriter.Needed(forward.Graph, [output]);
        Layers = AttentionFinder.Find(forward, output, _axes);
        Problem = Layers.Count > MaxLayers ? $"it has {Layers.Count} layers of attention, more than {MaxLayers}" : Layers.Count == 0 ? "there is no attention on the way from the image to the output" : Mixed() ?? Unread();
        Ends = Problem is null ? [.. Layers.Select((_, i) => BlockEnd(i)).OfType<Value>()] : [];
    }

    /// <summary>Gets the attention layers in forward order.</summary>
    public IReadOnlyList<AttentionLayer> Layers { get; }

    /// <summary>Gets why no chain of attention leads from the image's places to the output; null where one does.</summary>
    public string? Problem { get; }

    /// <summary>Gets why layers cannot be asked by themselves; null where they can.</summary>
    public string? BlockProblem => Problem
        ?? (Ends.Count == Layers.Count ? null : "its blocks do not end in residual sums that everything behind them passes through");

    /// <summary>Gets the tokens that each layer's block ends in.</summary>
    public IReadOnlyList<Value> Ends { get; }

    /// <summary>Gets the tokens that the output reads behind the last layer, by number.</summary>
    public IReadOnlySet<long> ReadTokens { get; private set; } = new HashSet<long>();

    public TokenGrid Grid => Layers[^1].Grid!;

    public long Tokens => Layers[^1].Keys;

    /// <summary>Gets how many images are evaluated at once.</summary>
    public long Batch => _forward.Image.Shape[0];

    /// <summary>Gets what is known of a value's axes.</summary>
    public AxisTracer Axes => _axes;

    /// <summary>Gets the tokens that queries, keys and values of the last layer are made of; null where there are none.</summary>
    public Value? LastTokens => Layers.Count == 0 ? null : Source(Layers[^1]);

    /// <summary>The grid whose places a tensor <c>[batch, tokens, channels]</c> lists; null where it is none such.</summary>
    public TokenGrid? TokensOf(Value value) =>
        value.Rank == 3 && value.Shape[0] == Batch && value.Shape[2] > 1 && _axes.Tokens(value) is (1, var grid) ? grid : null;

    /// <summary>The places of tokens as <c>[batch, channels, rows, columns]</c>.</summary>
    public Value OnGrid(Value tokens, TokenGrid grid)
    {
        var graph = tokens.Graph;
        return Arranged(graph.Transpose(graph.Slice(tokens, 1, grid.Offset, grid.Places), 0, 2, 1), grid);
    }

    /// <summary>Places <c>[batch, channels, places]</c> as <c>[batch, channels, rows, columns]</c>.</summary>
    public static Value Arranged(Value places, TokenGrid grid)
    {
        var (graph, batch, channels) = (places.Graph, places.Shape[0], places.Shape[1]);
        return grid.ColumnsFirst
            ? graph.Transpose(graph.Reshape(places, batch, channels, grid.Columns, grid.Rows), 0, 1, 3, 2)
            : graph.Reshape(places, batch, channels, grid.Rows, grid.Columns);
    }

    public static Transformer Of(ForwardGraph forward, Value output) => new(forward, output);

    /// <summary>Appends what lies behind the last block once more, behind other tokens.</summary>
    /// <returns>The explained output, and the pass with the nodes that were appended.</returns>
    public (Value Output, ForwardGraph Forward) Tail(Value tokens)
    {
        var graph = _forward.Graph;
        var values = new Dictionary<Value, Value> { [Ends[^1]] = tokens };
        foreach (var node in _needed)
        {
            if (!node.Inputs.Any(i => i is not null && values.ContainsKey(i))) continue;
            graph.Origin = node.Origin;
            var outputs = graph.Node(
                node.Op, [.. node.Inputs.Select(i => i is null ? null : values.GetValueOrDefault(i, i))],
                [.. node.Outputs.Select(o => o?.Type)], node.Attributes, [.. node.Outputs.Select(_ => (string?)null)]);
            for (var i = 0; i < outputs.Count; i++)
                if (node.Outputs[i] is { } old) values[old] = outputs[i]!;
        }
        graph.Origin = "";
        return (values[_output], _forward with { Nodes = [.. graph.Nodes] });
    }

    private string? Mixed()
    {
        foreach (var layer in Layers)
            if (layer.Problem is { } problem) return $"attention '{layer.Name}': {problem}";
        if (Batch > 1 && !Layers.All(l => l.Axes.Each.SelectMany(a => a).Any(f => f.What == Counted.Batch && f.Size == Batch)))
            return "the images of a batch cannot be told apart in it";
        if (Layers.Select(l => (l.Keys, l.Grid)).Distinct().Count() > 1)
            return $"its layers attend to different tokens: {string.Join(", ", Layers.Select(l => l.Keys).Distinct())}";
        var behind = Reach.From(_needed, Layers[0].Weights);
        var mixing = _needed.FirstOrDefault(n => _convolutions.Contains(n.Op) && behind.Contains(n.Inputs[0]!)
            && HasTokens(n.Inputs[0]!) && n.Ints("kernel_shape")?.All(k => k == 1) != true && !PoolsAll(n));
        return mixing is null ? null : $"'{mixing.Origin}' ({mixing.Op}) mixes tokens behind attention";
    }

    // Which tokens the nodes read that have none any more.
    private string? Unread()
    {
        var read = new SortedSet<long>();
        var behind = Reach.From(_needed, Layers[^1].Weights);
        foreach (var node in _needed)
        {
            if (node.Inputs.FirstOrDefault(i => i is not null && behind.Contains(i) && HasTokens(i)) is not { } x) continue;
            foreach (var y in node.Outputs.OfType<Value>().Where(y => behind.Contains(y) && !HasTokens(y)))
            {
                if (_axes.Tokens(x) is not var (axis, grid) || Rows(node, x, y, axis) is not { } rows)
                    return $"'{node.Origin}' ({node.Op}) reads tokens in a way that cannot be followed";
                // Others may have been cut off before.
                read.UnionWith(rows.Select(r => r + Grid.Offset - grid.Offset));
            }
        }
        ReadTokens = read;
        return read.Count > 0 ? null : "the output has values for each token, so none of them is the one that it reads";
    }

    private static IEnumerable<long>? Rows(GraphNode node, Value x, Value y, int axis)
    {
        var all = Shapes.Range(0, (int)x.Shape[axis]).Select(i => (long)i);
        switch (node.Op)
        {
            case "Gather" when Shapes.Axis(node.Int("axis", 0), x.Rank) == axis && node.Inputs[1]?.Constant is { } indices:
                return Constants.Longs(indices).Select(i => i < 0 ? i + x.Shape[axis] : i);
            case "Slice" when Constant(node, 1) is [var start] && Constant(node, 3) is [var along] && Shapes.Axis(along, x.Rank) == axis
                && Constant(node, 4) is null or [1]:
                start = Math.Clamp(start < 0 ? start + x.Shape[axis] : start, 0, x.Shape[axis]);
                return all.Skip((int)start).Take((int)y.Shape[axis]);
            case "Split" when Shapes.Axis(node.Int("axis", 0), x.Rank) == axis:
                var before = 0L;
                var parts = new List<long>();
                foreach (var part in node.Outputs)
                {
                    if (part is null) return null;
                    if (part == y) parts.AddRange(all.Skip((int)before).Take((int)part.Shape[axis]));
                    before += part.Shape[axis];
                }
                return parts;
            case "ReduceMean" or "ReduceSum" or "ReduceMax" or "Reshape" or "Flatten":
            case "GlobalAveragePool" or "GlobalMaxPool" or "AveragePool" or "MaxPool":
                return all;
            default:
                return null;
        }
    }

    private static long[]? Constant(GraphNode node, int input) =>
        node.Inputs.ElementAtOrDefault(input)?.Constant is { } constant ? Constants.Longs(constant) : null;

    private static bool PoolsAll(GraphNode node) =>
        node.Op.EndsWith("Pool", StringComparison.Ordinal) && node.Outputs[0]!.Shape[2..].All(d => d == 1);

    // A grid, or one that a Reshape joined with the batch.
    private bool HasTokens(Value value) => _axes[value].Each.Any(axis =>
        axis.Any(f => f.What == Counted.Tokens) || axis.Any(f => f is { Covers: true, What: Counted.Rows or Counted.Columns }));

    // The last tokens that all ways from the image to what the layer adds pass through: what its projections read. Those of all three
    // projections at once have more channels than the block's end.
    private Value? Source(AttentionLayer layer)
    {
        var behind = Reach.From(_needed, layer.Weights);
        var used = _needed.FirstOrDefault(n => n.Op is "MatMul" or "Gemm" or "Einsum" && n.Inputs.Any(i => i is not null && behind.Contains(i)));
        if (used?.Outputs[0] is not { } added) return null;
        var width = _needed.SelectMany(n => n.Outputs.OfType<Value>()).FirstOrDefault(v => behind.Contains(v) && TokensOf(v) is not null)?.Shape[2];
        var before = GraphWriter.Needed(_forward.Graph, [added]);
        return Passed(before, _forward.Image).Select(p => p.Only).OfType<Value>()
            .LastOrDefault(only => TokensOf(only) is not null && only.Shape[2] == width);
    }

    // The last residual sum of a layer's block: everything that depends on the layer's weights passes through it.
    private Value? BlockEnd(int layer)
    {
        var next = layer + 1 < Layers.Count ? Layers[layer + 1].Weights : null;
        return Passed(_needed, Layers[layer].Weights).TakeWhile(p => next is null || !p.Node.Outputs.Contains(next))
            .LastOrDefault(p => p is { Node.Op: "Add" or "Sum", Only: { } sum } && _axes.Tokens(sum) is not null
                && p.Node.Inputs.All(i => i!.Shape.AsSpan().SequenceEqual(sum.Shape) && i.Constant is null)).Only;
    }

    // The nodes in their order, each with its result where everything that depends on a value passes through that alone.
    private static IEnumerable<(GraphNode Node, Value? Only)> Passed(IReadOnlyList<GraphNode> nodes, Value from)
    {
        var behind = Reach.From(nodes, from);
        var open = nodes.SelectMany(n => n.Inputs.OfType<Value>().Distinct()).Where(behind.Contains).CountBy(v => v)
            .ToDictionary(c => c.Key, c => c.Value);
        var live = new HashSet<Value> { from };
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs.OfType<Value>().Distinct().Where(behind.Contains))
                if (--open[input] == 0) live.Remove(input);
            live.UnionWith(node.Outputs.OfType<Value>().Where(o => behind.Contains(o) && open.ContainsKey(o)));
            yield return (node, live.Count == 1 && node.Outputs[0] is { } only && live.Contains(only) ? only : null);
        }
    }
}
