namespace SaliencyCluster.Reporting;

/// <summary>How much of its likeness a method's map keeps when all layers are random, as a convention of this report.</summary>
public enum Verdict
{
    /// <summary>At most a fifth of the way from an unrelated map to the same map, by most measures.</summary>
    Reacts,

    /// <summary>Something between, or the measures disagree.</summary>
    Mixed,

    /// <summary>At least half of the way, by most measures.</summary>
    Keeps,
}
