namespace SaliencyCluster.Fuzz;

/// <summary>A source of chance for each input: input n of a seed is always the same.</summary>
internal static class FuzzRandom
{
    public static Random Of(int seed, long index)
    {
        // Not System.HashCode: that differs from process to process.
        var h = ((ulong)index * 0x9E3779B97F4A7C15UL) + (uint)seed;
        h ^= h >> 31;
        h *= 0xBF58476D1CE4E5B9UL;
        return new((int)(h >> 33));
    }
}
