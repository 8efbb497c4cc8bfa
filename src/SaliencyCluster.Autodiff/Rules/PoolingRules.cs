using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Pools.</summary>
internal static class PoolingRules
{
    public static readonly VjpRule[] All =
    [
        // ONNX Runtime's indices count over the whole tensor, batch and channels included; the first maximum wins.
        Rule.Unary("MaxPool", since: 1, c =>
        {
            var indices = c.Node.Output(1, new(ElementType.Int64, c.Y.Shape), c.Graph);
            return c.Graph.Reshape(c.Graph.ScatterAdd(c.Dy, indices, c.X.Shape.Count()), c.X.Shape);
        }),
        Rule.Unary("AveragePool", since: 1, AverageGradient),
        Rule.Unary("GlobalAveragePool", since: 1, c =>
            c.Graph.Expand(c.Dy / c.X.Shape.AsSpan(2..).ToArray().Count(), c.X.Shape)),
    ];

    // An average pool is a product with a constant matrix along each axis, and so is its gradient: whatever the strides,
    // padding, ceil_mode and counting are, they are numbers in the matrix.
    private static Value AverageGradient(VjpContext c)
    {
        var (input, output) = (c.X.Shape[2..], c.Y.Shape[2..]);
        var window = Window.Of(c.Node, c.Node.Ints("kernel_shape")!, input, output);
        var dx = c.Dy;
        for (var i = 0; i < input.Length; i++)
        {
            var shares = AverageShares(window, i, input[i], output[i], c.Int("count_include_pad", 0) != 0);
            dx = c.Graph.Along(dx, i + 2, shares);
        }
        return dx;
    }

    /// <summary>[o, x]: the share of input element x in output element o, along one axis.</summary>
    internal static double[,] AverageShares(Window window, int axis, long input, long output, bool countPadding)
    {
        var shares = new double[output, input];
        for (var o = 0; o < output; o++)
        {
            var start = (o * window.Strides[axis]) - window.Before[axis];
            var taps = Enumerable.Range(0, (int)window.Kernel[axis]).Select(k => start + (k * window.Dilations[axis])).ToArray();

            // With ceil_mode the last window may reach beyond the padding; what lies there is never counted.
            var counted = taps.Count(t => countPadding ? t < input + window.After[axis] : t >= 0 && t < input);
            foreach (var t in taps.Where(t => t >= 0 && t < input)) shares[o, t] = 1.0 / counted;
        }
        return shares;
    }
}
