using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>SSIM with Gaussian weights, as <c>skimage.metrics.structural_similarity(gaussian_weights=True)</c>.</summary>
/// <remarks>
/// Wang et al., 2004, https://doi.org/10.1109/TIP.2003.819861. Sigma 1.5 cut at 3.5 (an 11x11 window), sample covariance, mean over
/// the pixels whose window lies inside the picture.
/// </remarks>
public static class StructuralSimilarity
{
    private const double Sigma = 1.5, Truncate = 3.5, K1 = 0.01, K2 = 0.03;

    /// <summary>Gets the smallest picture side that has a whole window.</summary>
    public static int WindowSize { get; } = (2 * GaussianFilter.Radius(Sigma, Truncate)) + 1;

    /// <summary>Mean SSIM of two planes, at most 1; NaN where they are smaller than <see cref="WindowSize"/>.</summary>
    /// <param name="a">One plane.</param>
    /// <param name="b">Another of the same size.</param>
    /// <param name="range">Greatest minus least possible value; 1 for maps scaled to [0,1].</param>
    public static double Of(Plane a, Plane b, double range = 1)
    {
        if (Math.Min(a.Height, a.Width) < WindowSize) return double.NaN;
        Plane meanA = Filter(a), meanB = Filter(b);
        var aa = Filter(a.Times(a));
        var bb = Filter(b.Times(b));
        var ab = Filter(a.Times(b));

        double c1 = K1 * range * K1 * range, c2 = K2 * range * K2 * range;
        var n = WindowSize * WindowSize;
        var sample = n / (n - 1.0);
        var pad = WindowSize / 2;
        var sum = 0.0;
        for (var y = pad; y < a.Height - pad; y++)
            for (var x = pad; x < a.Width - pad; x++)
            {
                double ma = meanA[y, x], mb = meanB[y, x];
                var varianceA = sample * (aa[y, x] - (ma * ma));
                var varianceB = sample * (bb[y, x] - (mb * mb));
                var covariance = sample * (ab[y, x] - (ma * mb));
                sum += ((2 * ma * mb) + c1) * ((2 * covariance) + c2) / (((ma * ma) + (mb * mb) + c1) * (varianceA + varianceB + c2));
            }
        return sum / ((a.Height - (2 * pad)) * (double)(a.Width - (2 * pad)));
    }

    /// <summary>Mean over channels of two maps, each scaled as a whole to [0,1].</summary>
    public static double OfMaps(Tensor a, Tensor b) => MapView.Scaled(a).Zip(MapView.Scaled(b), (x, y) => Of(x, y)).Average();

    private static Plane Filter(Plane plane) => GaussianFilter.Apply(plane, Sigma, Truncate);
}
