using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Pools, and other operators that take values from windows of an image.</summary>
internal static class PoolShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("AveragePool", 1, Pool),                       // ceil_mode since 10, dilations since 19
        Shape("LpPool", 2, Pool),                            // ceil_mode and dilations since 18
        new("MaxPool", 1, c => [c.X with { Shape = Pool(c) }, new(ElementType.Int64, Pool(c))]),
        Shape("MaxUnpool", 9, Unpool),
        Shape("GlobalAveragePool", 1, Global),
        Shape("GlobalLpPool", 2, Global),
        Shape("GlobalMaxPool", 1, Global),
        Shape("RoiAlign", 10, c => c.X.Rank == 4 && c.Shape(1) is [var boxes, 4] && c.Shape(2) is [var images] && images == boxes
            ? [c.Shape(1)[0], c.X.Shape[1], c.Int("output_height", 1), c.Int("output_width", 1)]
            : throw c.Bad("RoiAlign needs an image and a list of boxes")),
        Shape("GridSample", 16, c => c.X.Rank >= 3
            && c.Type(1).Rank == c.X.Rank && c.Shape(1)[0] == c.X.Shape[0] && c.Shape(1)[^1] == c.X.Rank - 2
            ? [c.X.Shape[0], c.X.Shape[1], .. c.Shape(1)[1..^1]] : throw c.Bad("the grid does not fit the image")),
    ];

    public static long[] Pool(OpContext c)
    {
        var x = c.X.Shape;
        if (x.Length < 3) throw c.Bad("a pool needs an input of rank 3 or more");
        return [x[0], x[1], .. Windows.Of(c, c.Ints("kernel_shape")).Positions(c, x.AsSpan(2), c.Flag("ceil_mode"))];
    }

    private static long[] Unpool(OpContext c)
    {
        if (c.X.Rank < 3 || !c.Shape(1).AsSpan().SequenceEqual(c.X.Shape)) throw c.Bad("MaxUnpool needs one index for each element");
        return c.LongsOrNull(2) is not { } shape
            ? [c.X.Shape[0], c.X.Shape[1], .. Windows.Of(c, c.Ints("kernel_shape")).Inverse(c, c.X.Shape.AsSpan(2))]
            : shape.Length == c.X.Rank ? shape : throw c.Bad("output_shape has another rank");
    }

    public static long[] Global(OpContext c) =>
        c.X.Rank >= 2 ? [.. c.X.Shape[..2], .. Enumerable.Repeat(1L, c.X.Rank - 2)]
            : throw c.Bad("a pool needs an input of rank 2 or more");
}
