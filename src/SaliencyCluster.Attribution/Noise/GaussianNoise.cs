using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Noise;

/// <summary>Gaussian noise as a pure function of (seed, image, sample, element), see docs/noise.md.</summary>
public static class GaussianNoise
{
    /// <summary>Writes the noise of one sample, standard deviation applied.</summary>
    public static void Fill(NoiseRecipe recipe, int sample, Span<float> destination)
    {
        var source = recipe.Sampling == NoiseSampling.Antithetic ? sample & ~1 : sample;
        var stdev = recipe.Sampling == NoiseSampling.Antithetic && (sample & 1) == 1 ? -recipe.Stdev : recipe.Stdev;
        var (k0, k1) = ((uint)recipe.Seed, (uint)(recipe.Seed >> 32));
        for (var block = 0; block * 4 < destination.Length; block++)
        {
            var (r0, r1, r2, r3) = Philox.Block((uint)block, (uint)source, recipe.ImageIndex, 0, k0, k1);
            var (z0, z1) = BoxMuller(r0, r1);
            var (z2, z3) = BoxMuller(r2, r3);
            ReadOnlySpan<float> four = [stdev * z0, stdev * z1, stdev * z2, stdev * z3];
            var rest = destination[(block * 4)..];
            four[..Math.Min(4, rest.Length)].CopyTo(rest);
        }
    }

    private static (float, float) BoxMuller(uint r0, uint r1)
    {
        var radius = Math.Sqrt(-2 * Math.Log((r0 + 0.5) * (1.0 / 4294967296)));
        var (sin, cos) = Math.SinCos(2 * Math.PI * ((r1 + 0.5) * (1.0 / 4294967296)));
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
