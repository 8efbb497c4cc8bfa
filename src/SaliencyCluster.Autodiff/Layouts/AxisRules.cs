using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>How operators before the first convolution move the axes of an image.</summary>
internal static class AxisRules
{
    private delegate AxisTrace? Rule(NodeProto node, AxisTrace trace, Weights weights);

    private static readonly HashSet<string> _broadcasting =
    [
        "Identity", "Cast", "CastLike", "Clip", "Concat", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Neg", "Abs", "Sqrt", "Exp", "Log", "Pow", "Floor", "Round", "Ceil", "Min", "Max", "Mod", "Where",
        "Add", "Sub", "Mul", "Div", "Sum", "Mean", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Dropout", "Affine", "Scale",
        "Elu", "Selu", "Celu", "PRelu", "ThresholdedRelu", "HardSigmoid", "HardSwish", "Softplus", "Softsign", "Gelu", "Mish", "Erf", "Sign", "Reciprocal",
        "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Not", "And", "Or", "QLinearAdd", "QLinearMul",
    ];

    private static readonly HashSet<string> _keeping =
    [
        "Pad", "Slice", "Resize", "Upsample", "Split", "Tile", "MeanVarianceNormalization", "LpNormalization", "LayerNormalization", "Softmax", "LogSoftmax",
        "CumSum", "Trilu", "ReverseSequence",
    ];

    private static readonly HashSet<string> _reducing =
        ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceProd", "ReduceLogSum", "ReduceLogSumExp"];

    private static readonly Dictionary<string, Rule> _moving = new()
    {
        ["Transpose"] = (node, trace, _) => Ints(node, "perm") is { } perm
            ? perm.Length == trace.Axes.Length ? trace with { Axes = [.. perm.Select(p => trace.Axes[p])] } : null
            : trace with { Axes = [.. trace.Axes.Reverse()] },
        ["Squeeze"] = (node, trace, weights) => (Ints(node, "axes") ?? weights.Longs(node, 1)) is { } removed
            ? Without(trace, removed) : null,
        ["Unsqueeze"] = (node, trace, weights) => (Ints(node, "axes") ?? weights.Longs(node, 1)) is { } added
            ? Unsqueezed(trace, added) : null,
        ["Reshape"] = (node, trace, weights) => (weights.Longs(node, 1) ?? Ints(node, "shape")) is { } shape
            ? Reshaped(trace, shape) : null,
        // One index takes its axis away; a list of them, as for another order of colours, does not.
        ["Gather"] = (node, trace, weights) => weights.Dims(node, 1) switch
        {
            { Length: 1 } => trace,
            { Length: 0 } => Without(trace, [node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I ?? 0]),
            _ => null,
        },
        ["Expand"] = (node, trace, weights) => weights.Dims(node, 1) is [var rank] ? Ranked(trace, (int)rank) : null,
    };

    /// <summary>The axes of what a node makes; null where they cannot be followed.</summary>
    public static AxisTrace? Follow(NodeProto node, AxisTrace trace, Weights weights)
    {
        if (_moving.TryGetValue(node.OpType, out var rule)) return rule(node, trace, weights);
        if (_keeping.Contains(node.OpType)) return trace;
        if (_reducing.Contains(node.OpType)) return Reduced(node, trace, weights);
        return _broadcasting.Contains(node.OpType) ? Broadcast(node, trace, weights) : null;
    }

    // A constant of more dimensions puts new axes in front.
    private static AxisTrace Broadcast(NodeProto node, AxisTrace trace, Weights weights)
    {
        return Ranked(trace, Enumerable.Range(0, node.Input.Count).Max(i => weights.Dims(node, i)?.Length ?? 0));
    }

    private static AxisTrace Ranked(AxisTrace trace, int rank) =>
        rank <= trace.Axes.Length ? trace : trace with { Axes = [.. Enumerable.Repeat(AxisTrace.None, rank - trace.Axes.Length), .. trace.Axes] };

    private static AxisTrace? Reduced(NodeProto node, AxisTrace trace, Weights weights)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == "keepdims")?.I is not 0) return trace;
        return (Ints(node, "axes") ?? weights.Longs(node, 1)) is { } removed ? Without(trace, removed) : null;
    }

    private static AxisTrace Without(AxisTrace trace, long[] removed) =>
        trace with { Axes = [.. trace.Axes.Where((_, i) => !removed.Contains(i) && !removed.Contains(i - trace.Axes.Length))] };

    private static AxisTrace Unsqueezed(AxisTrace trace, long[] added)
    {
        var rank = trace.Axes.Length + added.Length;
        var next = 0;
        // An axis that was taken away, as that of a single colour, comes back where one is added.
        var missing = Enumerable.Range(1, trace.Sizes.Length - 1).Except(trace.Axes).ToArray();
        var back = missing.Length == 1 && added.Length == 1 ? missing[0] : AxisTrace.None;
        return trace with { Axes = [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) || added.Contains(i - rank) ? back : trace.Axes[next++])] };
    }

    // Exporters write a transposition of one channel as a Reshape: the dimensions other than 1 must stay in their order.
    private static AxisTrace? Reshaped(AxisTrace trace, long[] shape)
    {
        var lead = trace.Axes[0] == 0 ? 1 : 0; // the batch, where there is one
        var from = Enumerable.Range(lead, trace.Axes.Length - lead).ToList();
        var free = new Queue<int>(from.Where(i => trace.Size(i) == 1).Select(i => trace.Axes[i]));
        var sized = new Queue<int>(from.Where(i => trace.Size(i) != 1));
        List<int> axes = [.. trace.Axes.Take(lead)];
        foreach (var size in shape.Skip(lead))
        {
            if (size == 1) axes.Add(free.TryDequeue(out var one) ? one : AxisTrace.None);
            else if (sized.TryDequeue(out var next) && (trace.Size(next) == size || size <= 0 || trace.Size(next) < 0)) axes.Add(trace.Axes[next]);
            else return null;
        }
        return sized.Count == 0 ? trace with { Axes = [.. axes] } : null;
    }

    private static long[]? Ints(NodeProto node, string attribute) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute) is { } found ? [.. found.Ints] : null;
}
