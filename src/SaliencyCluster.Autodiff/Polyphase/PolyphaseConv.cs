using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>
/// A stride-1 convolution of phases that makes the phases of its result as channels, and DepthToSpace that puts them side by
/// side. For few channels, as an image has: four times as many fill the runtime's blocks, and the input need not be put together.
/// </summary>
internal static class PolyphaseConv
{
    private const long MaxChannels = 16;

    public static bool Suits(GraphNode node)
    {
        if (node.Op != "Conv" || node.Int("group", 1) != 1 || node.Inputs.Count > 2 || node.Inputs[1] is not { Rank: 4, Constant: not null }) return false;
        var (x, y) = (node.Inputs[0]!, node.Outputs[0]!);
        var window = WindowOf(node);
        return y.Shape[1] <= MaxChannels && y.Shape[2] == x.Shape[2] && y.Shape[3] == x.Shape[3]
            && window.IsDense && window.Dilations.All(d => d == 1) && window.Before.All(p => p >= 0);
    }

    public static Value Append(GraphNode node, Phases x, GraphBuilder graph)
    {
        var y = node.Outputs[0]!;
        var (weight, window) = (node.Inputs[1]!.Constant!, WindowOf(node));
        TensorType type = new(ElementType.Float, [y.Shape[0], 4 * y.Shape[1], y.Shape[2] / 2, y.Shape[3] / 2]);
        Value? sum = null;
        for (var half = 0; half < 4; half++)
        {
            if (x.Parts[half / 2, half % 2] is not { } part) continue;
            var (rows, columns) = (Taps.Of(window, 0, half / 2), Taps.Of(window, 1, half % 2));
            if (rows.All.Count == 0 || columns.All.Count == 0) continue;
            var conv = graph.Node("Conv", type, [part, graph.Constant(Kernel(weight, rows, columns))],
                ("kernel_shape", (long[])[rows.Size, columns.Size]), ("pads", (long[])[-rows.First, -columns.First, rows.Last, columns.Last]));
            sum = sum is null ? conv : conv + sum;
        }
        return graph.Node("DepthToSpace", y.Type, [sum ?? graph.Zeros(type)], ("blocksize", 2));
    }

    private static Window WindowOf(GraphNode node) =>
        Window.Of(node, node.Inputs[1]!.Shape[2..], node.Inputs[0]!.Shape[2..], node.Outputs[0]!.Shape[2..]);

    private static ConstantTensor Kernel(ConstantTensor weight, Taps rows, Taps columns)
    {
        var shape = weight.Type.Shape;
        var from = weight.As<float>();
        var (outs, ins) = (shape[0], shape[1]);
        var to = new float[4 * outs * ins * rows.Size * columns.Size];
        foreach (var (phase, row, i) in rows.All)
            foreach (var (other, column, j) in columns.All)
                for (var m = 0L; m < outs; m++)
                    for (var c = 0L; c < ins; c++)
                        to[(((((((phase * 2) + other) * outs) + m) * ins) + c) * rows.Size + i - rows.First) * columns.Size + j - columns.First] =
                            from[(int)((((((m * ins) + c) * shape[2]) + row) * shape[3]) + column)];
        return ConstantTensor.Of([4 * outs, ins, rows.Size, columns.Size], to);
    }

    /// <summary>For one half of the input along one axis: which phase of the result takes it with which tap, from how far.</summary>
    private sealed record Taps(IReadOnlyList<(long Phase, long Tap, long Offset)> All)
    {
        public long First => Math.Min(0, All.Min(t => t.Offset));

        public long Last => Math.Max(0, All.Max(t => t.Offset));

        public long Size => Last - First + 1;

        // Result 2 i + phase takes element 2 i + phase + tap - pad with a tap.
        public static Taps Of(Window window, int axis, int half) => new([..
            from phase in Enumerable.Range(0, 2)
            from tap in Enumerable.Range(0, (int)window.Kernel[axis])
            let place = phase + tap - window.Before[axis]
            where (place & 1) == half
            select ((long)phase, (long)tap, (place - half) / 2)]);
    }
}
