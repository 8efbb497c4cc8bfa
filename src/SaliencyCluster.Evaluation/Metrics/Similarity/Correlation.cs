namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>Correlation coefficients in [-1, 1]; NaN where one side is constant, since then they are not defined.</summary>
public static class Correlation
{
    /// <summary>Pearson's coefficient.</summary>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"{a.Length} values cannot be correlated with {b.Length}.", nameof(b));
        double meanA = Mean(a), meanB = Mean(b), ab = 0, aa = 0, bb = 0;
        for (var i = 0; i < a.Length; i++)
        {
            double da = a[i] - meanA, db = b[i] - meanB;
            ab += da * db;
            aa += da * da;
            bb += db * db;
        }
        return aa == 0 || bb == 0 ? double.NaN : Math.Clamp(ab / (Math.Sqrt(aa) * Math.Sqrt(bb)), -1, 1);
    }

    /// <summary>Spearman's rank coefficient, ties averaged.</summary>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Pearson(Ranks.Of(a), Ranks.Of(b));

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var v in values) sum += v;
        return sum / values.Length;
    }
}
