namespace SaliencyCluster.Fuzz;

/// <summary>What a file from anybody may cost.</summary>
internal static class FuzzLimits
{
    /// <summary>One input may take this long; on a machine that does other things too, what looks slow is repeated alone before it counts.</summary>
    public static readonly TimeSpan TooLong = TimeSpan.FromSeconds(5);

    /// <summary>After this time an input counts as hanging, whatever else the machine does.</summary>
    public static readonly TimeSpan Hangs = TimeSpan.FromSeconds(60);

    /// <summary>The process may hold this much memory.</summary>
    public const long MaxMemory = 2L << 30;
}
