using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.PackedForms;

/// <summary>Which nodes work on packed tensors, and whether that is worth what conversions cost.</summary>
internal sealed class PackedPlan
{
    // A product takes half as long, and converting an element as long as some hundred products: decisions/0009-packed-islands.md.
    private const long ProductsPerConversion = 150;

    private readonly HashSet<Value> _packed = [];
    private readonly Dictionary<Value, int> _halos = [];
    private readonly HashSet<GraphNode> _nodes = [], _inner = [];
    private readonly HashSet<Value> _outputs;
    private readonly ILookup<Value, GraphNode> _readers;

    public PackedPlan(IReadOnlyList<GraphNode> nodes, IEnumerable<Value> outputs)
    {
        _readers = nodes.SelectMany(n => n.Inputs.OfType<Value>().Select(v => (Value: v, Node: n))).ToLookup(r => r.Value, r => r.Node);
        _outputs = [.. outputs];
        foreach (var node in nodes) Visit(node);
        var borders = nodes.SelectMany(Borders).Distinct().Sum(v => v.Type.Count);
        Products = Saturating.Sum(Convolutions.Values.Select(c => c.MultiplyAdds));
        IsWorthwhile = Products > Saturating.Product(borders, ProductsPerConversion);
    }

    public Dictionary<GraphNode, PackedConv> Convolutions { get; } = [];

    /// <summary>Gets the products of the convolutions.</summary>
    public long Products { get; }

    public bool IsWorthwhile { get; }

    /// <summary>Gets whether an operator on packed tensors stands for a node.</summary>
    public bool IsPacked(GraphNode node) => _nodes.Contains(node);

    /// <summary>Gets whether a node is part of a pattern, and needed only where something else reads it too.</summary>
    public bool IsInner(GraphNode node) => _inner.Contains(node);

    /// <summary>Gets whether a tensor is made packed.</summary>
    public bool IsPacked(Value value) => _packed.Contains(value);

    /// <summary>Gets whether one node reads a tensor, and nobody else.</summary>
    public bool HasOneReader(Value value) => _readers[value].Count() == 1 && !_outputs.Contains(value);

    /// <summary>Gets how far the readers of a tensor reach beyond it.</summary>
    public int Halo(Value value) => _halos.GetValueOrDefault(value);

    // Packed, or spread from a number when it is read so.
    private bool CanBePacked(Value value) => _packed.Contains(value) || PackedPatterns.IsSpread(value.Producer);

    private void Visit(GraphNode node)
    {
        if (PackedConv.Find(node) is { } convolution)
        {
            Convolutions[node] = convolution;
            _nodes.Add(node);
            var x = node.Inputs[0]!;
            _halos[x] = Math.Max(Halo(x), convolution.Plan.Reach);
            if (!convolution.ReturnsFloats) _packed.Add(node.Outputs[0]!);
            return;
        }
        switch (node.Op)
        {
            case "Relu" when _packed.Contains(node.Inputs[0]!):
            case "Add" when PackedPatterns.SameShape(node.Inputs[0]!, node.Inputs[1]!) && node.Inputs.All(v => CanBePacked(v!))
                && node.Inputs.Any(v => _packed.Contains(v!)):
            case "MaxPool" when _packed.Contains(node.Inputs[0]!) && PackedPatterns.Pool(node) is not null:
                Add(node);
                break;
            case "GlobalAveragePool" when _packed.Contains(node.Inputs[0]!):
                _nodes.Add(node);
                break;
            case "Where" when PackedPatterns.FindMask(node) is { } mask && _packed.Contains(mask.Mask) && CanBePacked(mask.Gradient):
                Add(node, mask.Test);
                break;
            case "Reshape" when PackedPatterns.FindPoolGradient(node) is { } pool && IsPacked(pool.Pool) && CanBePacked(pool.Gradient):
                Add(node, pool.Inner);
                break;
        }
    }

    private void Add(GraphNode node, params ReadOnlySpan<GraphNode> inner)
    {
        _nodes.Add(node);
        _packed.Add(node.Outputs[0]!);
        foreach (var part in inner) _inner.Add(part);
        foreach (var input in node.Inputs)
            if (PackedPatterns.IsSpread(input?.Producer)) _inner.Add(input!.Producer!);
    }

    // The tensors at a node that are converted for it.
    private IEnumerable<Value> Borders(GraphNode node)
    {
        if (Convolutions.ContainsKey(node)) return _packed.Contains(node.Inputs[0]!) ? [] : [node.Inputs[0]!];
        return IsPacked(node) || IsInner(node) ? [] : node.Inputs.OfType<Value>().Where(_packed.Contains);
    }
}
