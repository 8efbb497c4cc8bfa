using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Pools that are linear, as matrices along one axis: <c>[o, x]</c> is the weight of input x in output o.</summary>
internal static class PoolMatrix
{
    public static double[,] Averages(GraphBuilder graph, Window window, int axis, long input, long output, bool countPadding) =>
        Fill(graph, window, axis, input, output, taps =>
            1.0 / taps.Count(t => countPadding ? t < input + window.After[axis] : t >= 0 && t < input));

    public static double[,] Sums(GraphBuilder graph, Window window, int axis, long input, long output) =>
        Fill(graph, window, axis, input, output, _ => 1);

    // With ceil_mode the last window may reach beyond the padding; what lies there is never counted.
    private static double[,] Fill(GraphBuilder graph, Window window, int axis, long input, long output, Func<long[], double> weight)
    {
        var matrix = graph.EmptyMatrix(output, input);
        for (var o = 0; o < output; o++)
        {
            var start = (o * window.Strides[axis]) - window.Before[axis];
            var taps = Enumerable.Range(0, (int)window.Kernel[axis]).Select(k => start + (k * window.Dilations[axis])).ToArray();
            foreach (var t in taps.Where(t => t >= 0 && t < input)) matrix[o, t] = weight(taps);
        }
        return matrix;
    }
}
