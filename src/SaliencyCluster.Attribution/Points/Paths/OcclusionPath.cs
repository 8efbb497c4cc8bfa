namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image with one window of all channels replaced by the baseline.</summary>
internal static class OcclusionPath
{
    public static void Build(ReadOnlySpan<float> image, Tensor baseline, IReadOnlyList<double> parameters, int window, Span<float> destination)
    {
        image.CopyTo(destination);
        var grid = OcclusionGrid.Of(baseline.Shape, parameters);
        var (top, bottom, left, right) = grid.Window(window);
        for (var plane = 0; plane < image.Length; plane += grid.Height * grid.Width)
            for (var y = top; y < bottom; y++)
            {
                var row = plane + y * grid.Width;
                baseline.Data.AsSpan(row + left, right - left).CopyTo(destination[(row + left)..]);
            }
    }
}
