using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Convolutions. The forms and what they cost: decisions/0002-convolution-gradients.md.</summary>
internal static class ConvolutionRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Inputs("Conv", since: 1, DataGradient, WeightGradient, c => c.Graph.Sum(c.Dy, [0, .. Shapes.Range(2, c.X.Rank)], keep: false)),
    ];

    private static Value DataGradient(VjpContext c)
    {
        var (weight, groups) = (c.In(1), c.Int("group", 1));
        var window = Window.Of(c.Node, weight.Shape[2..], c.X.Shape[2..], c.Y.Shape[2..]);
        var (input, output) = (c.X.Shape[2..], c.Y.Shape[2..]);
        var channels = c.X.Shape[1];

        var before = input.Select((_, i) => window.Reach(i) - window.Before[i]).ToArray();
        var after = input.Select((size, i) => size - output[i] + window.Reach(i) - before[i]).ToArray();
        if (window.IsDense && weight.Constant is { } constant && before.Concat(after).All(p => p >= 0))
        {
            return c.Graph.Conv("Conv", c.Dy, FlippedWeights.Of(c.Graph, constant, groups), input, channels,
                ("group", groups), ("kernel_shape", window.Kernel), ("dilations", window.Dilations), ("pads", (long[])[.. before, .. after]));
        }

        // What the last windows did not reach comes back as output_padding: less than one stride.
        var rest = input.Select((size, i) =>
            size - (((output[i] - 1) * window.Strides[i]) + window.Reach(i) + 1 - window.Before[i] - window.After[i])).ToArray();
        return c.Graph.Conv("ConvTranspose", c.Dy, weight, input, channels,
            ("group", groups), ("kernel_shape", window.Kernel), ("dilations", window.Dilations), ("strides", window.Strides),
            ("pads", (long[])[.. window.Before, .. window.After]), ("output_padding", rest));
    }

    // Correlates x with dy: channels take the place of the batch, so strides and dilations change places.
    private static Value WeightGradient(VjpContext c)
    {
        var (weight, groups) = (c.In(1), c.Int("group", 1));
        var window = Window.Of(c.Node, weight.Shape[2..], c.X.Shape[2..], c.Y.Shape[2..]);
        var swap = Shapes.Range(0, c.X.Rank);
        (swap[0], swap[1]) = (1, 0);
        var parts = new List<Value>();
        for (var g = 0L; g < groups; g++)
        {
            var (ins, outs) = (c.X.Shape[1] / groups, c.Y.Shape[1] / groups);
            var x = c.Graph.Transpose(c.Graph.Slice(c.X, 1, g * ins, ins), swap);
            var dy = c.Graph.Transpose(c.Graph.Slice(c.Dy, 1, g * outs, outs), swap);
            var spatial = x.Shape[2..].Select((size, i) =>
                ((size + window.Before[i] + window.After[i] - ((dy.Shape[i + 2] - 1) * window.Strides[i]) - 1) / window.Dilations[i]) + 1).ToArray();
            var full = c.Graph.Conv("Conv", x, dy, spatial, outs,
                ("kernel_shape", dy.Shape[2..]), ("strides", window.Dilations), ("dilations", window.Strides),
                ("pads", (long[])[.. window.Before, .. window.After]));
            for (var i = 0; i < window.Kernel.Length; i++) full = c.Graph.Slice(full, i + 2, 0, window.Kernel[i]);
            parts.Add(c.Graph.Transpose(full, swap));
        }
        return c.Graph.Concat(parts, 0);
    }
}
