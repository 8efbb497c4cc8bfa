using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Convolutions. The forms and what they cost: decisions/0002-convolution-gradients.md.</summary>
internal static class ConvolutionRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Inputs("Conv", since: 1, c => DataGradient(c, c.In(1), c.Dy), c => WeightGradient(c.Graph, c.X, c.Dy, Forward(c), c.Int("group", 1)), BiasGradient),

        // The transpose of a transposed convolution is the convolution with the same weights.
        Rule.Inputs("ConvTranspose", since: 1, c =>
        {
            var window = Transposed(c);
            return c.Graph.Conv("Conv", c.Dy, c.In(1), c.X.Shape[2..], c.X.Shape[1],
                ("group", c.Int("group", 1)), ("kernel_shape", window.Kernel), ("dilations", window.Dilations), ("strides", window.Strides),
                ("pads", (long[])[.. window.Before, .. window.After]));
        }, c => WeightGradient(c.Graph, c.Dy, c.X, Transposed(c), c.Int("group", 1)), BiasGradient),
    ];

    private static Value BiasGradient(VjpContext c) => c.Graph.Sum(c.Dy, [0, .. Shapes.Range(2, c.X.Rank)], keep: false);

    private static Window Forward(VjpContext c) => Forward(c, c.In(1));

    private static Window Forward(VjpContext c, Value weight) => Window.Of(c.Node, weight.Shape[2..], c.X.Shape[2..], c.Y.Shape[2..]);

    // ConvTranspose's padding may follow from output_shape or auto_pad: what is cut off is what its output lacks.
    private static Window Transposed(VjpContext c)
    {
        var kernel = c.In(1).Shape[2..];
        var (input, output) = (c.X.Shape[2..], c.Y.Shape[2..]);
        var window = Window.Of(name => name is "auto_pad" ? null : c.Node.Attribute(name), kernel, output, input);
        var auto = c.Node.Text("auto_pad", "NOTSET");
        if (auto is "NOTSET" or "VALID" && c.Node.Ints("output_shape") is not { Length: > 0 }) return window;
        var rests = c.Node.Ints("output_padding") is { Length: > 0 } given ? given : new long[kernel.Length];
        for (var i = 0; i < kernel.Length; i++)
        {
            var total = ((input[i] - 1) * window.Strides[i]) + rests[i] + window.Reach(i) + 1 - output[i];
            window.Before[i] = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
            window.After[i] = total - window.Before[i];
        }
        return window;
    }


    /// <summary>The gradient of input 0 of a convolution with these weights.</summary>
    public static Value DataGradient(VjpContext c, Value weight, Value dy)
    {
        var groups = c.Int("group", 1);
        var window = Forward(c, weight);
        var (input, output) = (c.X.Shape[2..], c.Y.Shape[2..]);
        var channels = c.X.Shape[1];

        var before = input.Select((_, i) => window.Reach(i) - window.Before[i]).ToArray();
        var after = input.Select((size, i) => size - output[i] + window.Reach(i) - before[i]).ToArray();
        // On a GPU the transposed form is cuDNN's own backward-data convolution, with its own choice of algorithm.
        if (c.Graph.Device == DeviceKind.Cpu && window.IsDense && weight.Constant is { } constant && before.Concat(after).All(p => p >= 0))
        {
            return c.Graph.Conv("Conv", dy, FlippedWeights.Of(c.Graph, constant, groups), input, channels,
                ("group", groups), ("kernel_shape", window.Kernel), ("dilations", window.Dilations), ("pads", (long[])[.. before, .. after]));
        }

        if (c.Graph is { Device: DeviceKind.Cpu, IsPlain: false } && SubPixel.Suits(window, weight.Constant, groups, channels))
            return SubPixel.Append(c.Graph, dy, weight.Constant!, window, c.X.Shape);

        // What the last windows did not reach comes back as output_padding: less than one stride.
        var rest = input.Select((size, i) =>
            size - (((output[i] - 1) * window.Strides[i]) + window.Reach(i) + 1 - window.Before[i] - window.After[i])).ToArray();
        return c.Graph.Conv("ConvTranspose", dy, weight, input, channels,
            ("group", groups), ("kernel_shape", window.Kernel), ("dilations", window.Dilations), ("strides", window.Strides),
            ("pads", (long[])[.. window.Before, .. window.After]), ("output_padding", rest));
    }

    // Correlates x with dy: channels take the place of the batch, so strides and dilations change places.
    private static Value WeightGradient(GraphBuilder graph, Value input, Value gradient, Window window, long groups)
    {
        var swap = Shapes.Range(0, input.Rank);
        (swap[0], swap[1]) = (1, 0);
        var (ins, outs) = (input.Shape[1] / groups, gradient.Shape[1] / groups);
        var parts = new List<Value>();
        for (var g = 0L; g < groups; g++)
        {
            var x = graph.Transpose(graph.Slice(input, 1, g * ins, ins), swap);
            var dy = graph.Transpose(graph.Slice(gradient, 1, g * outs, outs), swap);
            var spatial = x.Shape[2..].Select((size, i) =>
                ((size + window.Before[i] + window.After[i] - ((dy.Shape[i + 2] - 1) * window.Strides[i]) - 1) / window.Dilations[i]) + 1).ToArray();
            var full = graph.Conv("Conv", x, dy, spatial, outs,
                ("kernel_shape", dy.Shape[2..]), ("strides", window.Dilations), ("dilations", window.Strides),
                ("pads", (long[])[.. window.Before, .. window.After]));
            for (var i = 0; i < window.Kernel.Length; i++) full = graph.Slice(full, i + 2, 0, window.Kernel[i]);
            parts.Add(graph.Transpose(full, swap));
        }
        return graph.Concat(parts, 0);
    }
}
