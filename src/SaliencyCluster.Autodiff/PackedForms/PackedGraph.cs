using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Autodiff.PackedForms;

/// <summary>
/// Rewrites a graph so that convolutions and what lies between them work in bf16 on packed tensors, with conversions at the borders.
/// Reasons and measurements: decisions/0009-packed-islands.md.
/// </summary>
internal sealed class PackedGraph
{
    private readonly GraphBuilder _graph;
    private readonly PackedPlan _plan;
    private readonly Dictionary<Value, Value> _floats = [], _packs = [];
    private readonly Dictionary<Value, PackedValue> _values = [];

    private PackedGraph(GraphBuilder graph, PackedPlan plan) => (_graph, _plan) = (graph, plan);

    /// <summary>Appends the rewritten graph.</summary>
    /// <returns>Its outputs, and the products that are done in bf16; null where that is not worth while.</returns>
    public static (List<(string Name, Value Value)> Outputs, long Products)? Rewrite(
        GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        var plan = new PackedPlan(nodes, outputs.Select(o => o.Value));
        if (!plan.IsWorthwhile) return null;
        var rewriting = new PackedGraph(graph, plan);
        foreach (var node in nodes) rewriting.Visit(node);
        return ([.. outputs.Select(o => (o.Name, rewriting.Float(o.Value)))], plan.Products);
    }

    private void Visit(GraphNode node)
    {
        if (_plan.IsInner(node)) return;
        if (_plan.Convolutions.TryGetValue(node, out var convolution)) Append(convolution);
        else if (_plan.IsPacked(node)) AppendPacked(node);
        else foreach (var output in node.Outputs.OfType<Value>()) Float(output);
    }

    private void Append(PackedConv convolution)
    {
        var (node, y) = (convolution.Node, convolution.Node.Outputs[0]!);
        var (x, images) = (node.Inputs[0]!, (int)y.Shape[0]);
        var input = Halves(x);
        ConvolutionSizes Sizes(int outputHalo, Fusion fusion) =>
            new(convolution.Geometry, convolution.Direction, images, _plan.Halo(x), outputHalo, fusion);
        if (convolution.ReturnsFloats)
        {
            _floats[y] = Node("ConvToImage", y.Type, Sizes(0, new() { StoresFloats = true }).Numbers,
                input, convolution.Weights(_graph), convolution.Bias(_graph));
            return;
        }
        _values[y] = new((shape, end) =>
        {
            var fusion = new Fusion { ResidualHalo = end.Residual?.Halo, Relu = end.Relu, MaskHalo = end.Mask?.Halo };
            return Node("Conv", Packed(shape), Sizes(shape.Halo, fusion).Numbers,
                input, convolution.Weights(_graph), convolution.Bias(_graph), end.Residual?.Value, end.Mask?.Value);
        })
        {
            TakesResidual = true, TakesRelu = true,
        };
    }

    private void AppendPacked(GraphNode node)
    {
        var y = node.Outputs[0]!;
        switch (node.Op)
        {
            case "Relu":
                _values[y] = AppendRelu(node.Inputs[0]!);
                break;
            case "Add":
                _values[y] = AppendSum(node.Inputs[0]!, node.Inputs[1]!);
                break;
            case "Where":
                var (mask, gradient, _) = PackedPatterns.FindMask(node)!.Value;
                _values[y] = AppendMask(mask, gradient);
                break;
            case "MaxPool":
                _values[y] = AppendPool(node);
                break;
            case "GlobalAveragePool":
                _floats[y] = Node("Mean", y.Type, new PackSizes(Shape(node.Inputs[0]!)).Numbers, Halves(node.Inputs[0]!));
                break;
            default:
                var pool = PackedPatterns.FindPoolGradient(node)!.Value;
                _values[y] = AppendPoolGradient(pool.Pool, pool.Gradient);
                break;
        }
    }

    private PackedValue AppendRelu(Value x)
    {
        if (Open(x) is not { TakesRelu: true, End: { Relu: false, Mask: null } } open) return Combination(x, null, new() { Relu = true });
        open.End = open.End with { Relu = true };
        return open;
    }

    private PackedValue AppendSum(Value a, Value b)
    {
        // The later one, most often, is the convolution; the other is needed then.
        foreach (var (x, other) in ((Value, Value)[])[(b, a), (a, b)])
        {
            if (Open(x) is not { TakesResidual: true, End: { Residual: null, Relu: false, Mask: null } } open) continue;
            open.End = open.End with { Residual = (Halves(other), _plan.Halo(other)) };
            return open;
        }
        return Combination(a, b, new());
    }

    private PackedValue AppendMask(Value mask, Value gradient)
    {
        var open = PackedPatterns.IsSpread(gradient.Producer) && !_plan.IsPacked(gradient) ? Spread(gradient) : Open(gradient);
        if (open is not { TakesMask: true, End.Mask: null } || (open.OnlyMask is { } only && only != mask))
            return Combination(gradient, null, new() { Mask = (Halves(mask), _plan.Halo(mask)) });
        open.End = open.End with { Mask = (Halves(mask), _plan.Halo(mask)) };
        return open;
    }

    private PackedValue Combination(Value first, Value? second, PackedEnd end)
    {
        var (a, b) = (Halves(first), second is null ? null : Halves(second));
        return new((shape, last) => Node("Combine", Packed(shape),
            new CombineSizes(shape, _plan.Halo(first), second is null ? null : _plan.Halo(second), last.Relu, last.Mask?.Halo).Numbers,
            a, b, last.Mask?.Value))
        {
            TakesRelu = true, End = end,
        };
    }

    private PackedValue Spread(Value value)
    {
        var from = Float(value.Producer!.Inputs[0]!);
        return new((shape, end) => Node(
            "Spread", Packed(shape), new CombineSizes(shape, 0, null, false, end.Mask?.Halo).Numbers, from, end.Mask?.Value));
    }

    private PackedValue AppendPool(GraphNode node)
    {
        var x = node.Inputs[0]!;
        var input = Halves(x);
        return new((shape, _) => Node(
            "MaxPool", Packed(shape), new PoolSizes(Shape(x), PackedPatterns.Pool(node)!, shape.Halo, 0, false).Numbers, input))
        {
            TakesMask = false,
        };
    }

    // The largest element of a window is positive where the mask at its place is.
    private PackedValue AppendPoolGradient(GraphNode pool, Value gradient)
    {
        var x = pool.Inputs[0]!;
        var (input, dy) = (Halves(x), Halves(gradient));
        return new((shape, end) => Node(
            "MaxPoolGradient", Packed(shape),
            new PoolSizes(Shape(x), PackedPatterns.Pool(pool)!, _plan.Halo(gradient), shape.Halo, end.Mask is not null).Numbers, input, dy))
        {
            OnlyMask = x,
        };
    }

    // A tensor that is not made yet and has one reader, who may be taken along.
    private PackedValue? Open(Value value) =>
        _values.TryGetValue(value, out var packed) && !packed.IsMade && _plan.HasOneReader(value) ? packed : null;

    /// <summary>A tensor as packed operators read it.</summary>
    private Value Halves(Value value)
    {
        if (_values.TryGetValue(value, out var packed)) return packed.Make(Shape(value));
        if (_packs.TryGetValue(value, out var known)) return known;
        return _packs[value] = PackedPatterns.IsSpread(value.Producer)
            ? Spread(value).Make(Shape(value))
            : Node("Pack", Packed(Shape(value)), new PackSizes(Shape(value)).Numbers, Float(value));
    }

    /// <summary>A tensor in float32, or of whatever type it is.</summary>
    private Value Float(Value value)
    {
        if (_floats.TryGetValue(value, out var known)) return known;
        if (_values.ContainsKey(value))
            return _floats[value] = Node("Unpack", value.Type, new PackSizes(Shape(value)).Numbers, Halves(value));
        if (value.Producer is not { } node) return value;
        var inputs = node.Inputs.Select(v => v is null ? null : Float(v)).ToArray();
        if (inputs.SequenceEqual(node.Inputs)) return _floats[value] = value;
        var copies = _graph.Node(node.Op, inputs, [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
        for (var i = 0; i < copies.Count; i++)
            if (node.Outputs[i] is { } old) _floats.TryAdd(old, copies[i]!);
        return _floats[value];
    }

    private PackedShape Shape(Value value) =>
        new((int)value.Shape[0], (int)value.Shape[1], (int)value.Shape[2], (int)value.Shape[3], _plan.Halo(value));

    private static TensorType Packed(PackedShape shape) => new(ElementType.UInt16, [shape.Elements]);

    private Value Node(string name, TensorType type, long[] sizes, params Value?[] inputs)
    {
        var count = inputs.Length;
        while (inputs[count - 1] is null) count--;
        return _graph.Node($"{PackedOperator.Domain}:{name}", type, inputs[..count], (PackedOperator.Attribute, sizes));
    }
}
