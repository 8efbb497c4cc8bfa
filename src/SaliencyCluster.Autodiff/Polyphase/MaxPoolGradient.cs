using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>
/// A max pool of stride 2 and its gradient through a positive mask of its input, without indices. The maximum is taken along
/// columns, then along rows, and the gradient goes back the same way to the first element that equals it, which is the element
/// that the runtime's indices name: first row that holds the maximum, first column in it. Where the maximum is not positive the
/// mask is zero anyway, so zeros outside the image never win.
/// </summary>
internal sealed record MaxPoolGradient(GraphNode Pool, GraphNode Masked, Value Gradient, Window Window)
{
    private const long MinElements = 100_000;

    private Value Input => Pool.Inputs[0]!;

    /// <summary>Finds the pattern that ends in a node: scatter of the gradient at the pool's indices, times the mask.</summary>
    public static MaxPoolGradient? Find(GraphNode node)
    {
        if (node.Op != "Mul" || node.Inputs[0]!.Producer is not { Op: "Reshape" } shaped) return null;
        if (shaped.Inputs[0]!.Producer is not { Op: "ScatterElements" } scatter) return null;
        if (scatter.Inputs[1]!.Producer is not { Op: "Reshape" } indices || scatter.Inputs[2]!.Producer is not { Op: "Reshape" } gradient) return null;
        if (indices.Inputs[0]!.Producer is not { Op: "MaxPool" } pool || pool.Outputs[0]!.Rank != 4) return null;
        var (x, y) = (pool.Inputs[0]!, pool.Outputs[0]!);
        if (Mask.Find(node.Inputs[1]!) is not { IsPositive: true } mask || mask.Of != x) return null;
        if (!Phases.CanHold(x) || x.Type.Count / x.Shape[0] < MinElements || y.Shape[2] * 2 != x.Shape[2] || y.Shape[3] * 2 != x.Shape[3]) return null;
        var window = Window.Of(pool, pool.Ints("kernel_shape")!, x.Shape[2..], y.Shape[2..]);
        var suits = window.Strides.All(s => s == 2) && window.Dilations.All(d => d == 1)
            && window.Kernel.All(k => k is 2 or 3) && window.Before.All(p => p is 0 or 1);
        return suits ? new(pool, node, gradient.Inputs[0]!, window) : null;
    }

    /// <summary>Appends the forward pass: the maxima along columns, and of those along rows, which are the pool's result.</summary>
    public (Value AlongColumns, Value Result) AppendForward(Value x)
    {
        var y = Pool.Outputs[0]!.Shape;
        var columns = Maxima(x, [.. x.Shape[..3], y[3]], 1);
        return (columns, Maxima(columns, y, 0));
    }

    /// <summary>Appends the gradient, masked, in phases.</summary>
    public Phases AppendGradient(Value x, (Value AlongColumns, Value Result) forward, Value gradient)
    {
        var graph = x.Graph;
        var masked = graph.KeepWherePositive(gradient, forward.Result);
        Value[] rows = [Depthwise.PickRows(forward.AlongColumns, 0), Depthwise.PickRows(forward.AlongColumns, 1)];
        var ofRows = Back(0, rows, forward.Result, masked);
        var parts = new Value?[2, 2];
        for (var row = 0; row < 2; row++)
        {
            var ofColumns = Back(1, [Depthwise.Pick(x, row, 0), Depthwise.Pick(x, row, 1)], rows[row], ofRows[row]);
            (parts[row, 0], parts[row, 1]) = (ofColumns[0], ofColumns[1]);
        }
        return new(Input.Type, parts);
    }

    private Value Maxima(Value x, long[] shape, int axis)
    {
        var (kernel, strides, pads) = (new long[] { 1, 1 }, new long[] { 1, 1 }, new long[4]);
        var after = Math.Max(0, Window.Kernel[axis] - Window.Before[axis] - 2); // what ceil_mode or padding adds
        (kernel[axis], strides[axis], pads[axis], pads[axis + 2]) = (Window.Kernel[axis], 2, Window.Before[axis], after);
        return x.Graph.Node("MaxPool", new(ElementType.Float, shape), [x], ("kernel_shape", kernel), ("strides", strides), ("pads", pads));
    }

    // Tap t of output j sees element 2 j + t - pad: of the half of its parity, moved by a whole number. What is left of the
    // gradient after a tap is what no tap up to it took; the last tap takes the rest.
    private Value[] Back(int axis, Value[] columns, Value maxima, Value gradient)
    {
        var (kernel, pad) = ((int)Window.Kernel[axis], (int)Window.Before[axis]);
        var result = new Value?[2];
        var left = gradient;
        for (var tap = 0; tap < kernel; tap++)
        {
            var half = (tap - pad) & 1;
            var by = (tap - pad - half) / 2;
            var taken = left;
            if (tap < kernel - 1)
            {
                var below = Depthwise.Shift(columns[half], axis, by, -1) + maxima;
                var after = left * below.Graph.Clip(Depthwise.Shift(below, axis, 0, Math.Pow(2, 127)), 0, 1);
                taken = Depthwise.Shift(after, axis, 0, -1) + left;
                left = after;
            }
            result[half] = result[half] is { } sum ? Depthwise.Shift(taken, axis, -by, 1) + sum : Depthwise.Shift(taken, axis, -by, 1);
        }
        return [result[0]!, result[1]!];
    }
}
