using SaliencyCluster.Attribution.Methods.Segments;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image in the segments of a coalition, the baseline elsewhere; all channels alike.</summary>
internal static class CoalitionPath
{
    public static void Build(ReadOnlySpan<float> image, Tensor baseline, IReadOnlyList<double> parameters, int copy, Span<float> destination)
    {
        var coalitions = Coalitions.Of(parameters);
        var grid = new SegmentGrid((int)parameters[^1], baseline.Shape[1], baseline.Shape[2]);
        var (labels, present) = (grid.Labels(), coalitions.Present(copy));
        for (var i = 0; i < image.Length; i++) destination[i] = present[labels[i % labels.Length]] ? image[i] : baseline.Data[i];
    }
}
