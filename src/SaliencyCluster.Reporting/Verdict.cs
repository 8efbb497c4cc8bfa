namespace SaliencyCluster.Reporting;

/// <summary>How much of its likeness a method's map keeps when layers are random, as a convention of this report.</summary>
public enum Verdict
{
    /// <summary>At most a fifth of the way from an unrelated map to the same map, by most measures.</summary>
    Reacts,

    /// <summary>Something between, or the measures disagree.</summary>
    Mixed,

    /// <summary>At least half of the way, by most measures.</summary>
    Keeps,

    /// <summary>It keeps its look while only the upper half of the layers is random, and loses it with the lower ones.</summary>
    Late,
}

/// <summary>Whether the score follows the order of a map's pixels more than a random order.</summary>
public enum OrderVerdict
{
    /// <summary>Deleting destroys the class faster, and inserting builds it sooner.</summary>
    Better,

    /// <summary>One of both.</summary>
    Partly,

    /// <summary>Neither.</summary>
    NoBetter,
}
