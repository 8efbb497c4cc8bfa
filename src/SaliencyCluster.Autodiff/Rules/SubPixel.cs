using System.Runtime.InteropServices;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// The data gradient of a strided convolution as one stride-1 convolution that makes each of the stride x stride phases of the
/// result as channels of its own, and DepthToSpace that puts them side by side. It computes a little more than ConvTranspose,
/// but in the runtime's fastest kernel: worth it where the result has few channels, as an image has.
/// Measured in decisions/0002-convolution-gradients.md.
/// </summary>
internal static class SubPixel
{
    // Above this the extra products cost more than the faster kernel saves.
    private const long MaxChannels = 48;

    public static bool Suits(Window window, ConstantTensor? weight, long groups, long channels) =>
        weight?.Type is { Element: ElementType.Float, Rank: 4 } && groups == 1
        && window.Strides[0] == window.Strides[1] && window.Strides[0] > 1
        && window.Dilations.All(d => d == 1) && window.Before.Concat(window.After).All(p => p < window.Kernel.Min())
        && channels * window.Strides[0] * window.Strides[0] <= MaxChannels;

    public static Value Append(GraphBuilder graph, Value dy, ConstantTensor weight, Window window, long[] image)
    {
        var stride = window.Strides[0];
        var (rows, columns) = (Phases.Of(window, 0), Phases.Of(window, 1));
        var (outs, channels) = (weight.Type.Shape[0], weight.Type.Shape[1]);
        long[] size = [.. image[2..].Select(d => (d + stride - 1) / stride)];

        var kernel = graph.Constant(new(
            new(ElementType.Float, [stride * stride * channels, outs, rows.Count, columns.Count]),
            MemoryMarshal.AsBytes<float>(Kernel(weight, window, rows, columns)).ToArray()));
        long[] pads = [-rows.First, -columns.First, size[0] + rows.Last - dy.Shape[2], size[1] + columns.Last - dy.Shape[3]];
        var phases = graph.Conv("Conv", dy, kernel, size, stride * stride * channels,
            ("kernel_shape", (long[])[rows.Count, columns.Count]), ("pads", pads));
        var whole = graph.Node("DepthToSpace", new(ElementType.Float, [image[0], channels, size[0] * stride, size[1] * stride]), [phases], ("blocksize", stride));
        return graph.Slice(graph.Slice(whole, 2, 0, image[2]), 3, 0, image[3]);
    }

    private static float[] Kernel(ConstantTensor weight, Window window, Phases rows, Phases columns)
    {
        var from = weight.As<float>();
        var stride = window.Strides[0];
        var (outs, channels, height, width) = (weight.Type.Shape[0], weight.Type.Shape[1], window.Kernel[0], window.Kernel[1]);
        var to = new float[stride * stride * channels * outs * rows.Count * columns.Count];
        var place = 0;
        for (var i = 0L; i < stride; i++)
            for (var j = 0L; j < stride; j++)
                for (var c = 0L; c < channels; c++)
                    for (var m = 0L; m < outs; m++)
                        for (var u = rows.First; u <= rows.Last; u++)
                            for (var v = columns.First; v <= columns.Last; v++, place++)
                                if (rows.Tap(i, u) is { } row && columns.Tap(j, v) is { } column)
                                    to[place] = from[(int)((((((m * channels) + c) * height) + row) * width) + column)];
        return to;
    }

    /// <summary>Which tap of the forward kernel connects phase r of the result with the output element <c>offset</c> further on.</summary>
    private sealed record Phases(long Kernel, long Stride, long Before, long First, long Last)
    {
        public long Count => Last - First + 1;

        public long? Tap(long phase, long offset) =>
            phase + Before - (offset * Stride) is var tap && tap >= 0 && tap < Kernel ? tap : null;

        public static Phases Of(Window window, int axis)
        {
            var (kernel, stride, before) = (window.Kernel[axis], window.Strides[axis], window.Before[axis]);
            var first = -((kernel - 1 - before) / stride);
            return new(kernel, stride, before, Math.Min(0, first), Math.Max(0, (stride - 1 + before) / stride));
        }
    }
}
