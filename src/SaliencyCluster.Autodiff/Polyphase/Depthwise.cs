using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>Convolutions of each channel by itself: how rows and columns are picked and moved without leaving the runtime's blocked layout.</summary>
internal static class Depthwise
{
    /// <summary>Every second row and column, from <paramref name="row"/> and <paramref name="column"/> on, times a factor.</summary>
    public static Value Pick(Value x, int row, int column, double factor = 1, double bias = 0)
    {
        var taps = new double[row + 1, column + 1];
        taps[row, column] = factor;
        return Apply(x, taps, [2, 2], [0, 0, 0, 0], bias);
    }

    /// <summary>Every second row from <paramref name="row"/> on.</summary>
    public static Value PickRows(Value x, int row) =>
        Apply(x, row == 0 ? new double[,] { { 1 } } : new double[,] { { 0 }, { 1 } }, [2, 1], [0, 0, 0, 0], 0);

    /// <summary><c>factor * x[i + by]</c> along one axis (0 rows, 1 columns), zero outside; <paramref name="by"/> is -1, 0 or 1.</summary>
    public static Value Shift(Value x, int axis, int by, double factor)
    {
        if (by == 0) return factor == 1 ? x : Apply(x, new[,] { { factor } }, [1, 1], [0, 0, 0, 0], 0);
        var taps = axis == 0 ? new double[2, 1] : new double[1, 2];
        var last = by > 0 ? 1 : 0;
        taps[axis == 0 ? last : 0, axis == 0 ? 0 : last] = factor;
        var pads = new long[4];
        pads[axis + (2 * last)] = 1;
        return Apply(x, taps, [1, 1], pads, 0);
    }

    private static Value Apply(Value x, double[,] taps, long[] strides, long[] pads, double bias)
    {
        var (graph, channels) = (x.Graph, x.Shape[1]);
        long[] kernel = [taps.GetLength(0), taps.GetLength(1)];
        long[] spatial = [.. kernel.Select((k, i) => ((x.Shape[2 + i] + pads[i] + pads[2 + i] - k) / strides[i]) + 1)];
        var weight = graph.Floats(ElementType.Float, [channels, 1, .. kernel], Repeated(taps.Cast<double>(), channels));
        Value[] inputs = bias == 0 ? [x, weight] : [x, weight, graph.Floats(ElementType.Float, [channels], Repeated([bias], channels))];
        return graph.Node("Conv", new(ElementType.Float, [x.Shape[0], channels, .. spatial]), inputs,
            ("group", channels), ("kernel_shape", kernel), ("strides", strides), ("pads", pads));
    }

    private static double[] Repeated(IEnumerable<double> values, long times) =>
        [.. Enumerable.Repeat(values, (int)times).SelectMany(v => v)];
}
