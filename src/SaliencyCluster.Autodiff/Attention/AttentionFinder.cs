using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>
/// Finds attention in a forward pass by what it computes: a softmax over a product of two values that both depend on the image, whose
/// result weighs a third. Scales, masks and what arranges elements may stand between. Fused operators are taken apart before.
/// </summary>
internal sealed class AttentionFinder
{
    // Operators between a product and its softmax, or behind it; no exporter writes near as many.
    private const int MaxSteps = 64;

    private static readonly HashSet<string> _arranging = ["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Cast", "Identity", "Expand"];
    private static readonly HashSet<string> _scaling = ["Mul", "Div", "Add", "Sub", "Where", "Clip", "Tanh", "Max", "Min", "Neg", "Sum"];
    private static readonly HashSet<string> _products = ["MatMul", "Gemm", "Einsum"];
    private readonly HashSet<Value> _varying;
    private readonly ILookup<Value, GraphNode> _readers;
    private readonly Dictionary<Value, string> _names = [];

    private AttentionFinder(ForwardGraph forward, AxisTracer axes, HashSet<Value> varying, IReadOnlyList<GraphNode> needed)
    {
        _varying = varying;
        _readers = needed.SelectMany(n => n.Inputs.OfType<Value>().Distinct().Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        foreach (var (name, value) in forward.Values) _names.TryAdd(value, name);
        var batch = forward.Image.Shape[0];
        foreach (var node in needed.Where(n => n.Outputs[0] is { Rank: >= 2 } y && varying.Contains(y)))
        {
            if (Softmax(node) is not (var scores, var axis) || !IsProduct(scores) || !IsUsed(node.Outputs[0]!)) continue;
            var weights = node.Outputs[0]!;
            var count = weights.Shape.Count() / batch;
            var layer = new AttentionLayer(NameOf(node), weights, axis, 0, axes[weights]);
            Layers.Add(layer with { Heads = count / (layer.Queries * layer.Keys) });
        }
    }

    private List<AttentionLayer> Layers { get; } = [];

    /// <summary>The layers on the way from image to <paramref name="output"/>, in forward order.</summary>
    public static IReadOnlyList<AttentionLayer> Find(ForwardGraph forward, Value output, AxisTracer axes)
    {
        var needed = GraphWriter.Needed(forward.Graph, [output]);
        return new AttentionFinder(forward, axes, Reach.From(needed, forward.Image), needed).Layers;
    }

    /// <summary>What a node is the softmax of, and along which axis; null where it is none. Also written out as Exp, ReduceSum and Div.</summary>
    private static (Value Scores, int Axis)? Softmax(GraphNode node)
    {
        if (node.Op == "Softmax") return (node.Inputs[0]!, Shapes.Axis(node.Int("axis", -1), node.Inputs[0]!.Rank));
        if (node is not { Op: "Div", Inputs: [{ Producer: { Op: "Exp" } exp } top, { Producer: { Op: "ReduceSum" } sum }] }
            || sum.Inputs[0] != top || sum.Inputs.ElementAtOrDefault(1)?.Constant is not { } axes || sum.Int("keepdims", 1) == 0) return null;
        return Constants.Longs(axes) is [var axis] ? (exp.Inputs[0]!, Shapes.Axis(axis, top.Rank)) : null;
    }

    private bool IsProduct(Value scores)
    {
        var value = scores;
        for (var step = 0; step < MaxSteps && value.Producer is { } node; step++)
        {
            Value[] varying = [.. node.Inputs.OfType<Value>().Where(_varying.Contains)];
            if (_products.Contains(node.Op)) return varying.Length >= 2;
            if (varying.Length == 0 || !(_arranging.Contains(node.Op) || _scaling.Contains(node.Op))) return false;
            value = varying.FirstOrDefault(v => v.Type.Count == value.Type.Count) ?? varying[0];
        }
        return false;
    }

    // Whether some product weighs values of the image by it.
    private bool IsUsed(Value weights)
    {
        var (seen, open) = (new HashSet<Value> { weights }, new Queue<Value>([weights]));
        while (open.TryDequeue(out var value) && seen.Count < MaxSteps)
        {
            foreach (var node in _readers[value])
            {
                if (_products.Contains(node.Op) && node.Inputs.OfType<Value>().Count(_varying.Contains) >= 2) return true;
                if ((_arranging.Contains(node.Op) || _scaling.Contains(node.Op)) && node.Outputs[0] is { } next && seen.Add(next))
                    open.Enqueue(next);
            }
        }
        return false;
    }

    // The tensor of the model, where it has one; the node it came from otherwise, as for operators that were taken apart.
    private string NameOf(GraphNode node) => _names.GetValueOrDefault(node.Outputs[0]!, node.Origin);
}
