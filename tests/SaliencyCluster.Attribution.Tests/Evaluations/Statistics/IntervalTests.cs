using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Statistics;

public sealed class IntervalTests
{
    private static readonly double[] Normal = Draw(seed: 3, count: 400, mean: 2);

    [Fact]
    public void The_interval_of_many_images_is_about_two_standard_errors_wide_on_each_side()
    {
        var estimate = new Bootstrap().Mean(Normal);
        Assert.Equal(Normal.Average(), estimate.Mean!.Value, 1e-12);
        Assert.Equal(estimate.Mean.Value - (1.96 / 20), estimate.Low!.Value, 0.02);
        Assert.Equal(estimate.Mean.Value + (1.96 / 20), estimate.High!.Value, 0.02);
        Assert.Equal((400, 0), (estimate.Count, estimate.Undefined));
    }

    [Fact]
    public void The_same_values_and_seed_give_the_same_interval() =>
        Assert.Equal(new Bootstrap { Seed = 9 }.Mean(Normal), new Bootstrap { Seed = 9 }.Mean(Normal));

    [Fact]
    public void Seeds_that_disagree_widen_the_interval()
    {
        double[][] agree = [.. Normal.Select(v => new[] { v, v, v })];
        double[][] disagree = [.. Normal.Select(v => new[] { v - 1, v, v + 1 })];
        var (narrow, wide) = (new Bootstrap().Mean(agree), new Bootstrap().Mean(disagree));
        Assert.Equal(narrow.Mean!.Value, wide.Mean!.Value, 1e-12);
        Assert.True(wide.High - wide.Low > 3 * (narrow.High - narrow.Low));
    }

    [Fact]
    public void Undefined_values_are_left_out_and_counted()
    {
        var estimate = new Bootstrap().Mean([1, double.NaN, 3]);
        Assert.Equal((2.0, 2, 1), (estimate.Mean!.Value, estimate.Count, estimate.Undefined));
        Assert.Equal(new Estimate(null, null, null, 0, 2), new Bootstrap().Mean([double.NaN, double.NaN]));
    }

    [Fact]
    public void Equal_groups_differ_by_chance_and_shifted_groups_do_not()
    {
        var test = new PermutationTest();
        var other = Draw(seed: 4, count: 400, mean: 2);
        Assert.InRange(test.Unpaired(Normal, other), 0.05, 1);
        Assert.Equal(1.0 / 10_000, test.Unpaired(Normal, [.. other.Select(v => v + 1)]), 1e-12);
        Assert.Equal(1.0 / 10_000, test.Paired(Normal, [.. Normal.Select(v => v + 0.001)]), 1e-12);
    }

    [Fact]
    public void Few_pairs_cannot_be_significant()
    {
        // Three pairs have eight arrangements of signs; two of them are as extreme as all signs alike.
        Assert.Equal(0.25, new PermutationTest().Paired([1, 2, 3], [0, 0, 0]), 0.02);
        Assert.Equal(1, new PermutationTest().Unpaired([1, 2, 3], []));
    }

    private static double[] Draw(ulong seed, int count, double mean)
    {
        var random = new RandomStream(seed, EvaluationStream.Bootstrap);
        return [.. Enumerable.Range(0, count).Select(_ => mean + random.NextNormal())];
    }
}
