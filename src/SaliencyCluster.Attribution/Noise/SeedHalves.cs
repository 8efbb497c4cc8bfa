namespace SaliencyCluster.Attribution.Noise;

/// <summary>A seed among the numbers of a recipe: it has 64 bits and a double 53, so it travels in two halves.</summary>
internal static class SeedHalves
{
    /// <summary>Gets the low and the high half.</summary>
    public static double[] Of(ulong seed) => [(uint)seed, (uint)(seed >> 32)];

    /// <summary>Joins them.</summary>
    public static ulong Join(double low, double high) => (uint)low | (ulong)(uint)high << 32;
}
