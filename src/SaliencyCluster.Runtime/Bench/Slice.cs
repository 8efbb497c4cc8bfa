namespace SaliencyCluster.Runtime.Bench;

/// <summary>What was finished in one slice of a benchmark while every lane was busy.</summary>
/// <param name="Done">Points or other units that were finished.</param>
/// <param name="Seconds">Time on the clock from the first moment of the slice to its last, the same for everybody who worked.</param>
public sealed record Slice(long Done, double Seconds)
{
    /// <summary>Gets what was finished in a second.</summary>
    public double Rate => Done / Seconds;
}
