using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Tests.Noise;

public class NoiseTests
{
    private const uint Ones = 0xffffffff;

    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(Ones, Ones, Ones, Ones, Ones, Ones, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Philox_gives_the_known_answers_of_its_authors(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        Assert.Equal((r0, r1, r2, r3), Philox.Block(c0, c1, c2, c3, k0, k1));

        Span<double> u = stackalloc double[4 * 8];
        PhiloxBlocks.Fill(c0, c1, c2, c3, k0 | (ulong)k1 << 32, u[..8], u[8..16], u[16..24], u[24..]);
        uint[] answers = [r0, r1, r2, r3];
        for (var i = 0; i < 4; i++) Assert.Equal((answers[i] + 0.5) / 4294967296, u[8 * i]);
    }

    [Fact]
    public void First_normals_of_seed_1_are_the_documented_ones()
    {
        var noise = Fill(new(1, 0, 1, NoiseSampling.Independent, 1), 0, 4);
        float[] documented = [0.38040075f, -0.29627788f, -0.24923342f, -1.0038372f];
        for (var i = 0; i < 4; i++) Assert.Equal(documented[i], noise[i], 1e-7f);
    }

    [Theory]
    [InlineData(1UL, 0u, 0, 1)]
    [InlineData(20261123UL, 7u, 31, 12288)]
    [InlineData(ulong.MaxValue, uint.MaxValue, int.MaxValue, 1023)]
    [InlineData(0x123456789abcdefUL, 3u, 5, 4 * 256 * 3 + 2)]
    public void Every_element_is_within_1e_6_of_the_double_formula(ulong seed, uint image, int sample, int length)
    {
        var noise = Fill(new(seed, image, 0.5, NoiseSampling.Independent, 1), sample, length);
        for (var i = 0; i < length; i++) Assert.Equal(0.5 * Formula(seed, image, sample, i), noise[i], 1e-6);
    }

    [Fact]
    public void An_image_has_the_same_noise_whatever_its_length_is_beyond()
    {
        var recipe = new NoiseRecipe(9, 2, 1, NoiseSampling.Independent, 1);
        Assert.Equal(Fill(recipe, 3, 5000)[..1027], Fill(recipe, 3, 1027));
    }

    [Fact]
    public void Odd_antithetic_samples_mirror_the_even_ones()
    {
        var antithetic = new NoiseRecipe(5, 1, 1, NoiseSampling.Antithetic, 4);
        var even = Fill(antithetic, 2, 100);
        Assert.Equal(even.Select(z => -z), Fill(antithetic, 3, 100));
        Assert.Equal(Fill(antithetic with { Sampling = NoiseSampling.Independent }, 2, 100), even);
    }

    [Fact]
    public void A_hundred_thousand_normals_have_mean_0_and_variance_1()
    {
        var noise = Fill(new(77, 0, 1, NoiseSampling.Independent, 1), 0, 100_000);
        var mean = noise.Average(z => (double)z);
        Assert.Equal(0, mean, 0.01);
        Assert.Equal(1, noise.Average(z => (z - mean) * (z - mean)), 0.02);
    }

    private static float[] Fill(NoiseRecipe recipe, int sample, int length)
    {
        var noise = new float[length];
        GaussianNoise.AddTo([], recipe, sample, noise);
        return noise;
    }

    private static double Formula(ulong seed, uint image, int sample, int element)
    {
        var (r0, r1, r2, r3) = Philox.Block((uint)(element / 4), (uint)sample, image, 0, (uint)seed, (uint)(seed >> 32));
        var (ra, rb) = element % 4 < 2 ? (r0, r1) : (r2, r3);
        var radius = Math.Sqrt(-2 * Math.Log((ra + 0.5) / 4294967296));
        var angle = 2 * Math.PI * (rb + 0.5) / 4294967296;
        return radius * (element % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }
}
