namespace SaliencyCluster.TestKit.Running;

/// <summary>Comparisons of arrays.</summary>
public static class Numbers
{
    /// <summary>||a - b|| / ||b||.</summary>
    public static double RelativeError(double[] a, double[] b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"{a.Length} numbers against {b.Length}.");
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            norm += b[i] * b[i];
        }
        return Math.Sqrt(difference) / Math.Max(Math.Sqrt(norm), 1e-12);
    }
}
