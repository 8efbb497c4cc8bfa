using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Noise;

/// <summary>
/// Latin hypercube noise: the N samples of an element fall one each into the N equally likely slices of the normal
/// distribution. Which sample has which slice is a permutation keyed by seed, image and element, so that a sample is still a
/// pure function of indexes.
/// </summary>
/// <remarks>McKay et al., 1979, https://doi.org/10.2307/1268522. The permutation is Kensler's hash, 2013, "Correlated multi-jittered sampling".</remarks>
internal static class LatinHypercube
{
    // Streams of the counter, see docs/noise.md.
    private const uint Positions = 2, Permutations = 3;

    /// <summary>Writes an image plus the noise of one sample, rounded to float32 once; an empty image means zeros.</summary>
    public static void AddTo(ReadOnlySpan<float> image, NoiseRecipe recipe, int sample, Span<float> destination)
    {
        var (k0, k1) = ((uint)recipe.Seed, (uint)(recipe.Seed >> 32));
        for (var first = 0; first < destination.Length; first += 4)
        {
            var position = Philox.Block((uint)(first / 4), (uint)sample, recipe.ImageIndex, Positions, k0, k1);
            var permutation = Philox.Block((uint)(first / 4), 0, recipe.ImageIndex, Permutations, k0, k1);
            ReadOnlySpan<uint> r = [position.R0, position.R1, position.R2, position.R3];
            ReadOnlySpan<uint> keys = [permutation.R0, permutation.R1, permutation.R2, permutation.R3];
            for (var i = 0; i < 4 && first + i < destination.Length; i++)
            {
                var slice = Permute((uint)sample, (uint)recipe.Samples, keys[i]);
                var z = NormalQuantile.Of((slice + (r[i] + 0.5) / 4294967296) / recipe.Samples);
                destination[first + i] = (float)(recipe.Stdev * z + (image.IsEmpty ? 0 : image[first + i]));
            }
        }
    }

    /// <summary>Gets element <paramref name="i"/> of permutation number <paramref name="key"/> of 0..length-1.</summary>
    internal static uint Permute(uint i, uint length, uint key)
    {
        if (length == 1) return 0;
        var mask = System.Numerics.BitOperations.RoundUpToPowerOf2(length) - 1;
        do
        {
            // Each line is invertible within the mask; indexes beyond the length go round again.
            i ^= key; i *= 0xe170893d;
            i ^= key >> 16; i ^= (i & mask) >> 4;
            i ^= key >> 8; i *= 0x0929eb3f;
            i ^= key >> 23; i ^= (i & mask) >> 1;
            i *= 1 | key >> 27; i *= 0x6935fa69;
            i ^= (i & mask) >> 11; i *= 0x74dcb303;
            i ^= (i & mask) >> 2; i *= 0x9e501cc3;
            i ^= (i & mask) >> 2; i *= 0xc860a3df;
            i &= mask;
            i ^= i >> 5;
        }
        while (i >= length);
        return (i + key % length) % length;
    }
}
