namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The straight line from baseline to image.</summary>
internal static class StraightPath
{
    // In double, rounded once: a point that is off by a rounding may lie on the other side of a Relu's kink.
    public static void Build(ReadOnlySpan<float> image, ReadOnlySpan<float> baseline, double alpha, Span<float> destination)
    {
        if (alpha == 1)
        {
            image.CopyTo(destination);
            return;
        }
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)(baseline[i] + alpha * ((double)image[i] - baseline[i]));
    }
}
