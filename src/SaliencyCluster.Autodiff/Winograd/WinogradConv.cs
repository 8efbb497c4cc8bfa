using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Winograd;

/// <summary>
/// A 3x3 convolution of even and odd columns with two thirds of the products: two neighbours of a row come from four products instead
/// of six (Winograd's F(2,3), 1980; for networks Lavin and Gray, 2016, https://arxiv.org/abs/1509.09308), here along rows only.
/// With taps g0 g1 g2 and inputs d0..d3: y0 = m0 + m1 + m2 and y1 = m1 - m2 - m3, where m0 = (d0 - d2) g0,
/// m1 = (d1 + d2)(g0 + g1 + g2) / 2, m2 = (d2 - d1)(g0 - g1 + g2) / 2, m3 = (d1 - d3) g2.
/// </summary>
internal static class WinogradConv
{
    // Below these sizes the additions cost what the products save.
    private const long MinProducts = 30_000_000;
    private const long MinChannels = 48;
    private const long MinWidth = 14;

    public static bool Suits(GraphNode node)
    {
        if (node.Op != "Conv" || node.Int("group", 1) != 1 || !Columns.CanHalve(node.Inputs[0]!)) return false;
        var (x, weight, y) = (node.Inputs[0]!, node.Inputs[1]!, node.Outputs[0]!);
        if (weight is not { Constant: not null, Shape: [_, _, 3, 3] } || !Columns.CanHalve(y)) return false;
        var window = Window.Of(node, weight.Shape[2..], x.Shape[2..], y.Shape[2..]);
        return window.IsDense && window.Dilations.All(d => d == 1) && window.Before[1] == 1 && window.After[1] == 1
            && x.Shape[3] >= MinWidth && Math.Min(x.Shape[1], y.Shape[1]) >= MinChannels
            && y.Type.Count / y.Shape[0] * weight.Type.Count / weight.Shape[0] >= MinProducts;
    }

    public static Columns Append(GraphNode node, Columns x, Value? bias)
    {
        var weight = node.Inputs[1]!.Constant!;
        var window = Window.Of(node, [3, 3], node.Inputs[0]!.Shape[2..], node.Outputs[0]!.Shape[2..]);

        // d0 d1 d2 d3 are odd[j-1] even[j] odd[j] even[j+1]. The signs of m2 and m3 go into the weights, so that all sums are
        // additions, which the runtime fuses into the convolutions before them.
        var outer = Columns.Depthwise(x.Odd, [1, -1], before: 1);
        var sum = x.Even + x.Odd;
        var difference = Columns.Depthwise(x.Even, [-1]) + x.Odd;
        var last = Columns.Depthwise(x.Even, [1, -1], after: 1);

        var m1 = Rows(sum, (a, b, c) => (a + b + c) / 2, null);
        var odd = Rows(difference, (a, b, c) => -(a - b + c) / 2, null) + m1;                          // m1 - m2
        var even = Columns.Depthwise(odd, [-1]) + Columns.Depthwise(m1, [2]);                          // m1 + m2
        return new(Rows(outer, (a, _, _) => a, bias) + even, Rows(last, (_, _, c) => -c, bias) + odd);

        // What is left of the convolution: 3x1.
        Value Rows(Value d, Func<float, float, float, float> combine, Value? b)
        {
            var taps = weight.As<float>();
            var combined = new float[taps.Length / 3];
            for (var i = 0; i < combined.Length; i++) combined[i] = combine(taps[3 * i], taps[(3 * i) + 1], taps[(3 * i) + 2]);
            var kernel = d.Graph.Constant(ConstantTensor.Of([weight.Type.Shape[0], weight.Type.Shape[1], 3, 1], combined));
            TensorType type = new(ElementType.Float, [d.Shape[0], weight.Type.Shape[0], node.Outputs[0]!.Shape[2], d.Shape[3]]);
            return d.Graph.Node("Conv", type, b is null ? [d, kernel] : [d, kernel, b],
                ("kernel_shape", (long[])[3, 1]), ("pads", (long[])[window.Before[0], 0, window.After[0], 0]));
        }
    }
}
