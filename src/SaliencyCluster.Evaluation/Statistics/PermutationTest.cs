using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Evaluation.Statistics;

/// <summary>Two-sided permutation tests of a difference of means. They assume nothing of the values' distribution.</summary>
/// <remarks>
/// The p-value counts the observed arrangement among the permutations (Phipson and Smyth, 2010, https://arxiv.org/abs/1603.05766), so it
/// is never 0: its least value is 1 / (permutations + 1).
/// </remarks>
public sealed record PermutationTest
{
    /// <summary>Gets the number of random permutations.</summary>
    /// <value>At least 1. The default is 9999.</value>
    public int Permutations { get; init; } = 9999;

    /// <summary>Gets the seed of the permutations.</summary>
    /// <value>The default is 0.</value>
    public ulong Seed { get; init; }

    /// <summary>How likely so large a mean difference is if each pair's sign were a coin's. Pairs with NaN do not count.</summary>
    public double Paired(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] differences = [.. first.Zip(second, (a, b) => a - b).Where(d => !double.IsNaN(d))];
        return Share(Math.Abs(differences.Sum()), random => Math.Abs(differences.Sum(d => (random.Next() & 1) == 0 ? d : -d)));
    }

    /// <summary>How likely so large a difference of means is if the values had been dealt to the two groups at random. NaN do not count.</summary>
    public double Unpaired(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] all = [.. first.Concat(second).Where(v => !double.IsNaN(v))];
        var size = first.Count(v => !double.IsNaN(v));
        if (size == 0 || size == all.Length) return 1;
        return Share(Difference(all, size), random =>
        {
            var dealt = (double[])all.Clone();
            for (var i = 0; i < size; i++)
            {
                var other = i + random.NextBelow(dealt.Length - i);
                (dealt[i], dealt[other]) = (dealt[other], dealt[i]);
            }
            return Difference(dealt, size);
        });
    }

    private double Share(double observed, Func<RandomStream, double> permuted)
    {
        // Sums of the same numbers in another order differ by rounding; they count as equal.
        var least = observed * (1 - 1e-12);
        var asLarge = Enumerable.Range(0, Permutations)
            .Count(i => permuted(new RandomStream(Seed, EvaluationStream.Permutation, second: (uint)i)) >= least);
        return (asLarge + 1.0) / (Permutations + 1.0);
    }

    private static double Difference(double[] values, int size) => Math.Abs(values[..size].Average() - values[size..].Average());
}
