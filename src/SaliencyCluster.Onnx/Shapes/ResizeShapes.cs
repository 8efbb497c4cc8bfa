using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that change the resolution of an image.</summary>
internal static class ResizeShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("DepthToSpace", 1, DepthToSpace),
        Shape("SpaceToDepth", 1, SpaceToDepth),
        Shape("Resize", 10, c => Scaled(c, c.Floats(1))),
        Shape("Resize", 11, Resize),
        Shape("Upsample", 7, c => Scaled(c, c.FloatsOrNull("scales") ?? throw c.Malformed("attribute 'scales' is missing"))),
        Shape("Upsample", 9, c => Scaled(c, c.Floats(1))),
    ];

    /// <summary>The axes that scales or sizes speak of: all, or those of the axes attribute of opset 18.</summary>
    public static int[] Axes(OpContext c) => c.IntsOrNull("axes") is { } axes ? c.Axes(axes, c.X.Rank) : [.. Enumerable.Range(0, c.X.Rank)];

    private static long[] Resize(OpContext c)
    {
        if (!c.Has(3) || c.Type(3).Count == 0) return Scaled(c, c.Floats(2));
        var (sizes, axes) = (LayoutShapes.Sizes(c, 3), Axes(c));
        if (sizes.Length != axes.Length) throw c.Bad($"{sizes.Length} sizes do not fit {axes.Length} axes");
        var policy = c.Text("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch") sizes = KeptRatio(c, sizes, axes, policy);
        var result = c.X.Shape.ToArray();
        for (var i = 0; i < axes.Length; i++) result[axes[i]] = sizes[i];
        return result;
    }

    // One scale for all axes: the smallest or the largest of those asked for.
    private static long[] KeptRatio(OpContext c, long[] sizes, int[] axes, string policy)
    {
        if (axes.Any(a => c.X.Shape[a] == 0)) throw c.Bad("an empty image cannot keep its aspect ratio");
        var scales = axes.Select((a, i) => (float)sizes[i] / c.X.Shape[a]).ToArray();
        var scale = policy switch
        {
            "not_larger" => scales.Min(),
            "not_smaller" => scales.Max(),
            _ => throw c.Malformed($"keep_aspect_ratio_policy '{policy}' is not known"),
        };
        return [.. axes.Select(a => (long)MathF.Round(scale * c.X.Shape[a], MidpointRounding.AwayFromZero))];
    }

    private static long[] Scaled(OpContext c, float[] scales)
    {
        var axes = Axes(c);
        if (scales.Length != axes.Length || scales.Any(s => !(s > 0 && s < 1e6f)))
            throw c.Bad($"scales [{string.Join(", ", scales.Take(8))}] do not fit");
        var result = c.X.Shape.ToArray();
        for (var i = 0; i < axes.Length; i++) result[axes[i]] = (long)(scales[i] * result[axes[i]]);
        return result;
    }

    private static long[] DepthToSpace(OpContext c)
    {
        var b = Block(c);
        return c.X.Shape is [var n, var d, var h, var w] && d % (b * b) == 0 ? [n, d / (b * b), h * b, w * b]
            : throw c.Bad($"the channels are no multiple of {b} x {b}");
    }

    private static long[] SpaceToDepth(OpContext c)
    {
        var b = Block(c);
        return c.X.Shape is [var n, var d, var h, var w] && h % b == 0 && w % b == 0 ? [n, d * b * b, h / b, w / b]
            : throw c.Bad($"height and width are no multiples of {b}");
    }

    private static long Block(OpContext c) => c.Int("blocksize", 0) is > 0 and < 65536 and var b ? b
        : throw c.Malformed("blocksize must be positive");
}
