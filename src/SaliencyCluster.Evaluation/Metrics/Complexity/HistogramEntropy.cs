namespace SaliencyCluster.Evaluation.Metrics.Complexity;

/// <summary>Entropy of a histogram of a map's values: how complicated a map is, without comparing it to another.</summary>
/// <remarks>Hedstroem et al., 2024, https://arxiv.org/abs/2405.02383 (efficient MPRT); 100 bins between least and greatest value.</remarks>
public static class HistogramEntropy
{
    /// <summary>The entropy in nats, from 0 to ln(<paramref name="bins"/>).</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="bins">Bins of equal width, at least 1.</param>
    public static double Of(ReadOnlySpan<double> values, int bins = 100)
    {
        var entropy = 0.0;
        foreach (var count in Histogram(values, bins))
            if (count > 0) entropy -= (double)count / values.Length * Math.Log((double)count / values.Length);
        return entropy;
    }

    /// <summary>The rise of entropy from the trained to the randomised model, relative to the trained one's; NaN where that is 0.</summary>
    public static double RelativeRise(double trained, double randomized) => trained == 0 ? double.NaN : (randomized - trained) / trained;

    private static int[] Histogram(ReadOnlySpan<double> values, int bins)
    {
        double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        foreach (var v in values) (least, greatest) = (Math.Min(least, v), Math.Max(greatest, v));
        // A constant map fills one bin whatever the width, as with numpy's range of value +- 0.5.
        if (least == greatest) (least, greatest) = (least - 0.5, greatest + 0.5);
        var counts = new int[bins];
        foreach (var v in values) counts[Math.Min(bins - 1, (int)((v - least) / (greatest - least) * bins))]++;
        return counts;
    }
}
