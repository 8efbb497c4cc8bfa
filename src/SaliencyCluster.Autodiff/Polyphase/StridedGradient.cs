using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>
/// A transposed convolution of stride 2 as one small convolution for each phase of its result: exactly its products, in the
/// runtime's fast kernel. Element <c>2m + s</c> takes the taps k of the parity of <c>s + pad</c>, from <c>m + (s + pad - k) / 2</c>.
/// </summary>
internal static class StridedGradient
{
    // Below, a dozen more operators cost what they save.
    private const long MinElements = 40_000;

    public static bool Suits(GraphNode node)
    {
        if (node.Op != "ConvTranspose" || node.Inputs.Count > 2 || node.Inputs[1] is not { Rank: 4, Constant: not null } weight) return false;
        var (x, y) = (node.Inputs[0]!, node.Outputs[0]!);
        return Phases.CanHold(y) && x.Shape[1] % 16 == 0 && y.Type.Count / y.Shape[0] >= MinElements
            && y.Shape[2] == 2 * x.Shape[2] && y.Shape[3] == 2 * x.Shape[3]
            && (node.Int("group", 1) == 1 || IsDepthwise(node)) && node.Ints("strides") is [2, 2]
            && node.Ints("dilations") is null or [1, 1] && HasPads(node) && weight.Shape[2] <= 4 && weight.Shape[3] <= 4;
    }

    // A model's own transposed convolution may say instead how large its result is.
    private static bool HasPads(GraphNode node) => node.Ints("pads") is { Length: 4 }
        && node.Text("auto_pad", "NOTSET") == "NOTSET" && node.Ints("output_shape") is null or { Length: 0 };

    public static Phases Append(GraphNode node, Value x) =>
        Phases.Of(node.Outputs[0]!.Type, (row, column) => Part(node, x, [row, column]));

    private static bool IsDepthwise(GraphNode node) => node.Int("group", 1) == node.Inputs[0]!.Shape[1] && node.Inputs[1]!.Shape[1] == 1;

    private static Value? Part(GraphNode node, Value x, int[] phase)
    {
        var (weight, pads) = (node.Inputs[1]!.Constant!, node.Ints("pads")!);
        var axes = new[] { Taps.Of(weight.Type.Shape[2], pads[0], phase[0]), Taps.Of(weight.Type.Shape[3], pads[1], phase[1]) };
        if (axes.Any(a => a.Offsets.Length == 0)) return null;
        var kernel = Kernel(weight, axes[0], axes[1], IsDepthwise(node));
        return x.Graph.Node("Conv", Phases.PartOf(node.Outputs[0]!.Type), [x, x.Graph.Constant(kernel)],
            ("group", IsDepthwise(node) ? x.Shape[1] : 1), ("kernel_shape", (long[])[axes[0].Size, axes[1].Size]),
            ("pads", (long[])[-axes[0].First, -axes[1].First, axes[0].Last, axes[1].Last]));
    }

    private static ConstantTensor Kernel(ConstantTensor weight, Taps rows, Taps columns, bool depthwise)
    {
        var shape = weight.Type.Shape;
        var from = weight.As<float>();
        var (ins, outs) = (shape[0], shape[1]);
        var to = new float[ins * outs * rows.Size * columns.Size];
        for (var m = 0L; m < ins; m++)
            for (var c = 0L; c < outs; c++)
                foreach (var (row, i) in rows.Offsets)
                    foreach (var (column, j) in columns.Offsets)
                        to[((((c * ins) + m) * rows.Size) + i - rows.First) * columns.Size + j - columns.First] =
                            from[(int)((((((m * outs) + c) * shape[2]) + row) * shape[3]) + column)];
        return ConstantTensor.Of([depthwise ? ins : outs, depthwise ? 1 : ins, rows.Size, columns.Size], to);
    }

    /// <summary>The taps that one phase takes along one axis, each with the offset of the element that it takes.</summary>
    private sealed class Taps
    {
        private Taps((long Tap, long Offset)[] offsets)
        {
            Offsets = offsets;
            foreach (var (_, offset) in offsets) (First, Last) = (Math.Min(First, offset), Math.Max(Last, offset));
        }

        public (long Tap, long Offset)[] Offsets { get; }

        // Read for every element of a kernel.
        public long First { get; }

        public long Last { get; }

        public long Size => Last - First + 1;

        public static Taps Of(long kernel, long pad, long phase) => new([..
            from tap in Enumerable.Range(0, (int)kernel)
            where (phase + pad - tap) % 2 == 0
            select ((long)tap, (phase + pad - tap) / 2)]);
    }
}
