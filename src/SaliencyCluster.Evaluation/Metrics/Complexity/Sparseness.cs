namespace SaliencyCluster.Evaluation.Metrics.Complexity;

/// <summary>Gini coefficient of a map's magnitudes: 0 where all pixels weigh the same, towards 1 where one has everything.</summary>
/// <remarks>Chalasani et al., 2020, https://arxiv.org/abs/1810.06583.</remarks>
public static class Sparseness
{
    /// <summary>The coefficient in [0, 1); NaN for a map of zeros.</summary>
    public static double Gini(ReadOnlySpan<double> values)
    {
        var sorted = new double[values.Length];
        for (var i = 0; i < sorted.Length; i++) sorted[i] = Math.Abs(values[i]);
        Array.Sort(sorted);
        double weighted = 0, sum = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            weighted += ((2.0 * (i + 1)) - sorted.Length - 1) * sorted[i];
            sum += sorted[i];
        }
        return sum == 0 ? double.NaN : weighted / (sorted.Length * sum);
    }
}
