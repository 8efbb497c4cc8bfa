using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Winograd;

/// <summary>Operators that can work on columns without being slower, so that tensors need not be put together between convolutions.</summary>
internal static class ColumnForms
{
    private static readonly HashSet<string> _elementwise =
    [
        "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Elu", "HardSigmoid", "HardSwish", "Softplus", "Neg", "Abs", "Sign",
        "Add", "Sub", "Mul", "Div", "Greater", "Less", "Equal", "And", "Where",
    ];

    public static bool IsElementwise(GraphNode node) => _elementwise.Contains(node.Op)
        && node.Inputs.OfType<Value>().All(v => v.Shape.AsSpan().SequenceEqual(node.Outputs[0]!.Shape) || v.Rank == 0 || v.Shape[^1] == 1);

    /// <summary>A 1x1 convolution of stride 1: each pixel by itself.</summary>
    public static bool IsPointwise(GraphNode node) => node.Op == "Conv" && node.Inputs[1] is { Shape: [_, _, 1, 1] }
        && Columns.CanHalve(node.Outputs[0]!) && node.Outputs[0]!.Shape[3] == node.Inputs[0]!.Shape[3] && node.Outputs[0]!.Shape[2] == node.Inputs[0]!.Shape[2];

    /// <summary>A convolution that moves two columns at a time: its even taps see one half, its odd taps the other.</summary>
    public static bool IsStrided(GraphNode node)
    {
        if (node.Op != "Conv" || node.Inputs[1] is not { Rank: 4, Constant: not null } weight) return false;
        if (node.Int("group", 1) != 1 && weight.Shape[1] != 1) return false; // dense, or each channel by itself
        var window = Window.Of(node, weight.Shape[2..], node.Inputs[0]!.Shape[2..], node.Outputs[0]!.Shape[2..]);
        return window.Strides[1] == 2 && window.Dilations[1] == 1 && Parities(node, window).All(p => p.Before >= 0 && p.After >= 0);
    }

    public static Value AppendStrided(GraphNode node, Columns x)
    {
        var (weight, graph) = (node.Inputs[1]!.Constant!, x.Even.Graph);
        var window = Window.Of(node, weight.Type.Shape[2..], node.Inputs[0]!.Shape[2..], node.Outputs[0]!.Shape[2..]);
        Value? sum = null;
        // A convolution that only picks columns has taps for one half.
        var parts = Parities(node, window).Select(p => (Parity: p, Kernel: Taps(graph, weight, p))).ToList();
        if (parts.Any(p => HasTaps(p.Kernel))) parts.RemoveAll(p => !HasTaps(p.Kernel));
        foreach (var (parity, kernel) in parts)
        {
            var half = parity.Odd ? x.Odd : x.Even;
            Value[] inputs = sum is null && node.Inputs.Count > 2 && node.Inputs[2] is { } bias ? [half, kernel, bias] : [half, kernel];
            var part = graph.Node("Conv", node.Outputs[0]!.Type, inputs,
                ("group", node.Int("group", 1)), ("kernel_shape", kernel.Shape[2..]), ("strides", (long[])[window.Strides[0], 1]), ("dilations", (long[])[window.Dilations[0], 1]),
                ("pads", (long[])[window.Before[0], parity.Before, window.After[0], parity.After]));
            sum = sum is null ? part : part + sum;
        }
        return sum!;

        static bool HasTaps(Value kernel) => kernel.Constant!.As<float>().IndexOfAnyExcept(0f) >= 0;
    }

    private sealed record Parity(bool Odd, int FirstTap, int Count, long Before, long After);

    // Tap k of output j sees column 2 j + k - pad.
    private static IEnumerable<Parity> Parities(GraphNode node, Window window)
    {
        var (half, width) = (node.Inputs[0]!.Shape[3] / 2, node.Outputs[0]!.Shape[3]);
        for (var first = 0; first < Math.Min(2, window.Kernel[1]); first++)
        {
            var odd = ((first - window.Before[1]) & 1) != 0;
            var count = (int)((window.Kernel[1] - first + 1) / 2);
            var offset = (first - window.Before[1] - (odd ? 1 : 0)) / 2;
            yield return new(odd, first, count, -offset, width - 1 + offset + count - half);
        }
    }

    private static Value Taps(GraphBuilder graph, ConstantTensor weight, Parity parity)
    {
        var (shape, from) = (weight.Type.Shape, weight.As<float>().ToArray());
        var rows = shape[..3].Count();
        var to = new float[rows * parity.Count];
        for (var row = 0L; row < rows; row++)
            for (var t = 0; t < parity.Count; t++)
                to[(row * parity.Count) + t] = from[(row * shape[3]) + parity.FirstTap + (2 * t)];
        return graph.Constant(ConstantTensor.Of([.. shape[..3], parity.Count], to));
    }
}
