using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Convolutions.</summary>
internal static class ConvolutionShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("Conv", 1, Convolution),
    ];

    private static long[] Convolution(OpContext c)
    {
        var (x, w) = (c.X.Shape, c.Shape(1));
        if (x.Length < 3 || w.Length != x.Length) throw c.Bad("a convolution needs an input and a weight of one rank, 3 or more");
        var group = c.Int("group", 1);
        if (group < 1 || w[1] * group != x[1] || w[0] % group != 0)
            throw c.Bad($"{x[1]} channels in {group} groups do not fit weights {OpContext.Text(w)}");
        if (c.IntsOrNull("kernel_shape") is { Length: > 0 } kernel && !kernel.AsSpan().SequenceEqual(w.AsSpan(2)))
            throw c.Bad($"kernel_shape {OpContext.Text(kernel)} contradicts weights {OpContext.Text(w)}");
        if (c.Has(2) && (c.Shape(2) is not [var bias] || bias != w[0])) throw c.Bad("the bias must have one value per output channel");
        return [x[0], w[0], .. Windows.Of(c, w[2..]).Positions(c, x.AsSpan(2))];
    }
}
