using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Tests.Noise;

public class LatinHypercubeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    public void The_samples_of_every_element_fall_one_each_into_equally_likely_slices(int samples)
    {
        var noise = Enumerable.Range(0, samples).Select(s => Fill(samples, s)).ToArray();
        for (var element = 0; element < 50; element++)
        {
            var slices = noise.Select(sample => Enumerable.Range(1, samples - 1).Count(k => sample[element] > NormalQuantile.Of((double)k / samples)));
            Assert.Equal(Enumerable.Range(0, samples), slices.Order());
        }
    }

    [Fact]
    public void Elements_have_different_permutations() =>
        Assert.True(Fill(32, 0).Select(z => (int)(z * 4)).Distinct().Count() > 8);

    [Theory]
    [InlineData(5u, 1u)]
    [InlineData(64u, 99u)]
    [InlineData(1000u, 0xffffffffu)]
    public void Permutations_are_permutations(uint length, uint key) =>
        Assert.Equal(Enumerable.Range(0, (int)length), Enumerable.Range(0, (int)length).Select(i => (int)LatinHypercube.Permute((uint)i, length, key)).Order());

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(0.025, -1.959963984540054)]
    public void Quantiles_are_the_known_ones(double p, double z) => Assert.Equal(z, NormalQuantile.Of(p), 1e-12);

    private static float[] Fill(int samples, int sample)
    {
        var noise = new float[50];
        GaussianNoise.AddTo([], new(3, 1, 1, NoiseSampling.LatinHypercube, samples), sample, noise);
        return noise;
    }
}
