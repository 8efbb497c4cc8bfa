using SaliencyCluster.Onnx.Tensors;
using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Convolutions.</summary>
internal static class ConvolutionShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("Conv", 1, c => Convolution(c, c.Shape(1), bias: 2)),
        Shape("com.microsoft:FusedConv", 1, Fused),
        One("ConvInteger", 10, c => new(ElementType.Int32, Convolution(c, c.Shape(1), bias: null))),
        One("QLinearConv", 10, c => new(c.Type(7).Element, Convolution(c, c.Shape(3), bias: 8))),
        Shape("ConvTranspose", 1, Transposed),
        Shape("DeformConv", 19, Deformed),
    ];

    private static long[] Convolution(OpContext c, long[] w, int? bias)
    {
        var x = c.X.Shape;
        CheckRanks(c, x, w);
        var group = c.Int("group", 1);
        if (group < 1 || w[1] != x[1] / group || x[1] % group != 0 || w[0] % group != 0)
            throw c.Bad($"{x[1]} channels in {group} groups do not fit weights {OpContext.Text(w)}");
        if (bias is { } b) CheckBias(c, b, w[0]);
        return [x[0], w[0], .. Windows.Of(c, Kernel(c, w)).Positions(c, x.AsSpan(2))];
    }

    // Input 3 is added to the result.
    private static long[] Fused(OpContext c)
    {
        var y = Convolution(c, c.Shape(1), bias: 2);
        if (c.Has(3) && !c.Shape(3).AsSpan().SequenceEqual(y))
            throw c.Bad($"input 3 is {OpContext.Text(c.Shape(3))} and not {OpContext.Text(y)}");
        return y;
    }

    // One offset for each tap, place and dimension, and one mask for each tap and place, of every group of offsets.
    private static long[] Deformed(OpContext c)
    {
        var y = Convolution(c, c.Shape(1), bias: 3);
        if (c.Text("auto_pad", "NOTSET") is not ("" or "NOTSET")) throw c.Malformed("it has no auto_pad");
        var (groups, taps, rank) = (c.Int("offset_group", 1), Limits.Count(c.Shape(1)[2..]), y.Length - 2);
        if (groups < 1 || groups > c.X.Shape[1] || c.X.Shape[1] % groups != 0)
            throw c.Bad($"{c.X.Shape[1]} channels cannot have {groups} groups of offsets");
        Fits(2, Limits.Multiply(groups * rank, taps));
        if (c.Has(4)) Fits(4, Limits.Multiply(groups, taps));
        return y;

        void Fits(int input, long channels)
        {
            if (!c.Shape(input).AsSpan().SequenceEqual([y[0], channels, .. y[2..]]))
                throw c.Bad($"input {input} must have the shape {OpContext.Text([y[0], channels, .. y[2..]])}");
        }
    }

    private static long[] Transposed(OpContext c)
    {
        var (x, w) = (c.X.Shape, c.Shape(1));
        CheckRanks(c, x, w);
        var group = c.Int("group", 1);
        if (group < 1 || w[0] != x[1] || x[1] % group != 0 || w[1] > int.MaxValue || group > int.MaxValue)
            throw c.Bad($"{x[1]} channels in {group} groups do not fit weights {OpContext.Text(w)}");
        CheckBias(c, 2, w[1] * group);
        var windows = Windows.Of(c, Kernel(c, w));
        return [x[0], w[1] * group, .. windows.Inverse(c, x.AsSpan(2))];
    }

    private static void CheckRanks(OpContext c, long[] x, long[] w)
    {
        if (x.Length < 3 || w.Length != x.Length) throw c.Bad("a convolution needs an input and a weight of one rank, 3 or more");
    }

    private static void CheckBias(OpContext c, int input, long channels)
    {
        if (c.Has(input) && (c.Shape(input) is not [var n] || n != channels))
            throw c.Bad($"the bias must have one value for each of {channels} output channels");
    }

    private static long[] Kernel(OpContext c, long[] w) =>
        c.IntsOrNull("kernel_shape") is { Length: > 0 } kernel && !kernel.AsSpan().SequenceEqual(w.AsSpan(2))
            ? throw c.Bad($"kernel_shape {OpContext.Text(kernel)} contradicts weights {OpContext.Text(w)}")
            : w[2..];
}
