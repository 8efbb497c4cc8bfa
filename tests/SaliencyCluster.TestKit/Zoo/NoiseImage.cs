namespace SaliencyCluster.TestKit.Zoo;

/// <summary>Uniform noise in [-1.7, 1.7): the same pixels as <c>image</c> in tests/zoo/reference.py, bit for bit.</summary>
public static class NoiseImage
{
    public static double[] Of(long[] shape, int seed)
    {
        var pixels = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < pixels.Length; i++)
        {
            var unit = (Hash((uint)i + unchecked((uint)seed * 0x9E3779B9)) >> 8) / (float)(1 << 24);
            pixels[i] = (unit - 0.5f) * 3.4f;
        }
        return pixels;
    }

    // The finalizer of MurmurHash3.
    private static uint Hash(uint x)
    {
        unchecked
        {
            x ^= x >> 16;
            x *= 0x85EBCA6B;
            x ^= x >> 13;
            x *= 0xC2B2AE35;
            return x ^ (x >> 16);
        }
    }
}
