using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Pools.</summary>
internal static class PoolShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("AveragePool", 1, Pool),                       // ceil_mode since 10, dilations since 19
        new("MaxPool", 1, c => [c.X with { Shape = Pool(c) }, new(ElementType.Int64, Pool(c))]),
        Shape("GlobalAveragePool", 1, Global),
        Shape("GlobalMaxPool", 1, Global),
    ];

    private static long[] Pool(OpContext c)
    {
        var x = c.X.Shape;
        if (x.Length < 3) throw c.Bad("a pool needs an input of rank 3 or more");
        return [x[0], x[1], .. Windows.Of(c, c.Ints("kernel_shape")).Positions(c, x.AsSpan(2), c.Flag("ceil_mode"))];
    }

    private static long[] Global(OpContext c) =>
        c.X.Rank >= 2 ? [.. c.X.Shape[..2], .. Enumerable.Repeat(1L, c.X.Rank - 2)] : throw c.Bad("a pool needs an input of rank 2 or more");
}
