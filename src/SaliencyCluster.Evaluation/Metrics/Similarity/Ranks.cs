namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>Ranks with ties averaged, as <c>scipy.stats.rankdata</c>.</summary>
public static class Ranks
{
    /// <summary>The rank of every value, from 1; equal values share the mean of their ranks.</summary>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);

        var ranks = new double[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            for (var i = start; i < end; i++) ranks[order[i]] = 0.5 * (start + 1 + end);
        }
        return ranks;
    }
}
