using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Operators that pick elements.</summary>
internal static class IndexingShapes
{
    public static readonly ShapeRule[] Rules =
    [
        Shape("Gather", 1, Gather),
        Shape("Slice", 1, c => [.. SliceSpec.Of(c).Select(s => s.Count)]),
    ];

    private static long[] Gather(OpContext c)
    {
        var axis = c.Axis("axis", 0, c.X.Rank);
        return [.. c.X.Shape[..axis], .. c.Shape(1), .. c.X.Shape[(axis + 1)..]];
    }
}
