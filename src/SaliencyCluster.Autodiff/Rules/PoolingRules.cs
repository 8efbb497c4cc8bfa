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

        // An average pool is a product with a constant matrix along each axis, and so is its gradient: whatever the strides,
        // padding, ceil_mode and counting are, they are numbers in the matrix.
        Rule.Unary("AveragePool", since: 1, c => Along(c, c.Dy, (w, i) =>
            PoolMatrix.Averages(c.Graph, w, i, c.X.Shape[i + 2], c.Y.Shape[i + 2], c.Int("count_include_pad", 0) != 0))),
        Rule.Unary("LpPool", since: 2, c =>
        {
            // y = (sum |x|^p)^(1/p), so dx = |x|^(p-1) sign(x) * (dy * y^(1-p) of the windows that hold x); 0 where y is 0.
            var p = c.Int("p", 2);
            var zero = c.Graph.Test("Equal", c.Y, c.Y.Like(0));
            var scaled = c.Dy * c.Graph.Binary("Pow", c.Graph.Where(zero, c.Y.Like(1), c.Y), c.Y.Like(1 - p));
            var spread = Along(c, scaled, (w, i) => PoolMatrix.Sums(c.Graph, w, i, c.X.Shape[i + 2], c.Y.Shape[i + 2]));
            return spread * c.Graph.Binary("Pow", c.Graph.Unary("Abs", c.X), c.X.Like(p - 1)) * c.Graph.Unary("Sign", c.X);
        }),
        Rule.Unary("GlobalAveragePool", since: 1, c => c.Graph.Expand(c.Dy / c.X.Shape[2..].Count(), c.X.Shape)),
    ];

    private static Value Along(VjpContext c, Value dy, Func<Window, int, double[,]> matrix)
    {
        var window = Window.Of(c.Node, c.Node.Ints("kernel_shape")!, c.X.Shape[2..], c.Y.Shape[2..]);
        for (var i = 0; i < window.Kernel.Length; i++) dy = c.Graph.Along(dy, i + 2, matrix(window, i));
        return dy;
    }
}
