using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Evaluation.Statistics;

/// <summary>
/// Confidence intervals of means over images and seeds. Images and seeds are drawn again independently of each other, since every
/// image was measured with the same seeds.
/// </summary>
/// <remarks>Owen, 2007, "The pigeonhole bootstrap", https://doi.org/10.1214/07-AOAS122; percentile intervals.</remarks>
public sealed record Bootstrap
{
    /// <summary>Gets the number of resamples.</summary>
    /// <value>At least 1. The default is 2000.</value>
    public int Resamples { get; init; } = 2000;

    /// <summary>Gets the share of resamples inside the interval.</summary>
    /// <value>Above 0 and below 1. The default is 0.95.</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Gets the seed of the resamples.</summary>
    /// <value>The default is 0.</value>
    public ulong Seed { get; init; }

    /// <summary>Estimates the mean of values of single images.</summary>
    public Estimate Mean(IReadOnlyList<double> perImage) => Mean([.. perImage.Select(v => new[] { v })]);

    /// <summary>Estimates the mean of values by image (rows) and seed (columns); NaN where a measure is not defined.</summary>
    public Estimate Mean(double[][] byImageAndSeed)
    {
        var count = byImageAndSeed.Sum(row => row.Count(v => !double.IsNaN(v)));
        var undefined = byImageAndSeed.Sum(row => row.Length) - count;
        if (count == 0) return new(null, null, null, 0, undefined);

        var means = new List<double>(Resamples);
        for (var i = 0; i < Resamples; i++)
        {
            var mean = Resampled(byImageAndSeed, new RandomStream(Seed, EvaluationStream.Bootstrap, second: (uint)i));
            if (!double.IsNaN(mean)) means.Add(mean);
        }
        means.Sort();
        var outside = (1 - Confidence) / 2;
        return new(MeanOf(byImageAndSeed), Quantile(means, outside), Quantile(means, 1 - outside), count, undefined);
    }

    private static double Resampled(double[][] values, RandomStream random)
    {
        var seeds = values[0].Length;
        var drawn = Array.ConvertAll(new int[seeds], _ => random.NextBelow(seeds));
        double sum = 0;
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var row = values[random.NextBelow(values.Length)];
            foreach (var seed in drawn)
            {
                if (double.IsNaN(row[seed])) continue;
                sum += row[seed];
                count++;
            }
        }
        return count == 0 ? double.NaN : sum / count;
    }

    private static double MeanOf(double[][] values) => values.SelectMany(row => row).Where(v => !double.IsNaN(v)).Average();

    /// <summary>The quantile of sorted values, interpolated linearly as numpy does.</summary>
    internal static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var position = share * (sorted.Count - 1);
        var low = (int)position;
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + ((position - low) * (sorted[high] - sorted[low]));
    }
}
