using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Winograd;

/// <summary>A tensor <c>[B,C,H,W]</c> in two columns: its even and its odd columns, each <c>[B,C,H,W/2]</c>.</summary>
internal sealed record Columns(Value Even, Value Odd)
{
    private const int Blocked = 16;

    /// <summary>Whether a tensor can be split into columns and stay in the runtime's blocked layout.</summary>
    public static bool CanHalve(Value value) =>
        value is { Rank: 4, Type.Element: ElementType.Float } && value.Shape[3] % 2 == 0 && value.Shape[1] % Blocked == 0;

    /// <summary>Halves by two depthwise convolutions of stride 2, which the runtime does within the blocked layout.</summary>
    public static Columns Split(Value whole) => new(
        Depthwise(whole, [1], stride: 2), Depthwise(whole, [0, 1], stride: 2));

    /// <summary>Interleaves the columns again.</summary>
    public Value Merge()
    {
        var graph = Even.Graph;
        var shape = Even.Shape;
        var both = graph.Reshape(graph.Concat([Even, Odd], 1), shape[0], 2, shape[1..].Count());
        return graph.Reshape(graph.Transpose(both, 0, 2, 1), shape[0], shape[1], shape[2], 2 * shape[3]);
    }

    public Columns Map(Func<Value, Value> half) => new(half(Even), half(Odd));

    /// <summary>A convolution of each channel by itself along its row.</summary>
    public static Value Depthwise(Value x, double[] taps, long before = 0, long after = 0, long stride = 1)
    {
        var (graph, channels, count) = (x.Graph, x.Shape[1], taps.Length);
        var weight = graph.Floats(ElementType.Float, [channels, 1, 1, count], [.. Enumerable.Range(0, (int)channels).SelectMany(_ => taps)]);
        var width = ((x.Shape[3] + before + after - count) / stride) + 1;
        return graph.Conv("Conv", x, weight, [x.Shape[2], width], channels,
            ("group", channels), ("kernel_shape", (long[])[1, count]), ("strides", (long[])[1, stride]), ("pads", (long[])[0, before, 0, after]));
    }
}
