using SaliencyCluster.Attribution.Methods.Segments;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image in the segments of a coalition, the baseline elsewhere; all channels alike.</summary>
internal static class CoalitionPath
{
    public static void Build(ReadOnlySpan<float> image, Tensor baseline, IReadOnlyList<double> parameters, int copy, Span<float> destination)
    {
        var coalitions = Coalitions.Of(parameters);
        var (grid, present) = (new SegmentGrid(coalitions.Side, baseline.Shape[1], baseline.Shape[2]), coalitions.Present(copy));
        var plane = grid.Height * grid.Width;
        for (var i = 0; i < image.Length; i++)
        {
            var (y, x) = Math.DivRem(i % plane, grid.Width);
            destination[i] = present[grid.Of(y, x)] ? image[i] : baseline.Data[i];
        }
    }
}
