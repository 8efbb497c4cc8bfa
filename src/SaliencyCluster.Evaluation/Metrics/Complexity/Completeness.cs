using SaliencyCluster.Attribution;

namespace SaliencyCluster.Evaluation.Metrics.Complexity;

/// <summary>Whether a map adds up to what it explains: sum of attributions against score(image) - score(baseline).</summary>
/// <remarks>Sundararajan et al., 2017, https://arxiv.org/abs/1703.01365.</remarks>
public static class Completeness
{
    /// <summary>
    /// |sum - difference| / |difference|: 0 for a complete map, 1 for one that says nothing; NaN where the score does not change.
    /// Only methods that promise completeness can be faulted for missing it.
    /// </summary>
    public static double RelativeGap(Tensor map, double imageScore, double baselineScore)
    {
        var difference = imageScore - baselineScore;
        return difference == 0 ? double.NaN : Math.Abs(map.Data.Sum(v => (double)v) - difference) / Math.Abs(difference);
    }
}
