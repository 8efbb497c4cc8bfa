using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Statistics;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_first_block_is_philox_of_the_counter_block_second_first_stream()
    {
        // Random123's third known answer has a counter with other words than ours can have; the layout is checked against the generator itself.
        var (r0, r1, r2, r3) = Philox.Block(0, 3, 2, (uint)EvaluationStream.Weights, 5, 1);
        var random = new RandomStream((1ul << 32) + 5, EvaluationStream.Weights, first: 2, second: 3);
        Assert.Equal([r0, r1, r2, r3], new[] { random.Next(), random.Next(), random.Next(), random.Next() });
    }

    [Fact]
    public void Streams_seeds_and_words_give_different_numbers()
    {
        uint First(ulong seed, EvaluationStream stream, uint first, uint second) => new RandomStream(seed, stream, first, second).Next();
        uint[] drawn = [First(0, EvaluationStream.Weights, 0, 0), First(1, EvaluationStream.Weights, 0, 0), First(0, EvaluationStream.Bootstrap, 0, 0),
            First(0, EvaluationStream.Weights, 1, 0), First(0, EvaluationStream.Weights, 0, 1), First(1ul << 32, EvaluationStream.Weights, 0, 0)];
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }

    [Fact]
    public void Uniform_numbers_have_the_moments_of_a_uniform_distribution()
    {
        var random = new RandomStream(1, EvaluationStream.RandomMap);
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextUniform())];
        Assert.Equal(0.5, drawn.Average(), 0.005);
        Assert.Equal(1.0 / 12, drawn.Average(u => (u - 0.5) * (u - 0.5)), 0.002);
        Assert.InRange(drawn.Min(), double.Epsilon, 0.001);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_a_normal_distribution()
    {
        var random = new RandomStream(1, EvaluationStream.Infidelity);
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];
        Assert.Equal(0, drawn.Average(), 0.02);
        Assert.Equal(1, drawn.Average(z => z * z), 0.03);
    }

    [Fact]
    public void Numbers_below_a_limit_reach_every_value_about_equally_often()
    {
        var random = new RandomStream(1, EvaluationStream.RandomLogit);
        var counts = Enumerable.Range(0, 10_000).Select(_ => random.NextBelow(10)).CountBy(n => n).ToDictionary();
        Assert.Equal(Enumerable.Range(0, 10), counts.Keys.Order());
        Assert.All(counts.Values, c => Assert.InRange(c, 900, 1100));
    }
}
