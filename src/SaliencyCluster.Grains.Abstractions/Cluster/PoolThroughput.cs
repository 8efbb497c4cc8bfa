namespace SaliencyCluster.Grains.Abstractions.Cluster;

/// <summary>What the points of a series have in common.</summary>
public enum ThroughputKind
{
    /// <summary>The model; the name is the hash of its file.</summary>
    Model = 0,

    /// <summary>The method.</summary>
    Method = 1,

    /// <summary>The worker.</summary>
    Worker = 2,
}

/// <summary>Points of one tenant's jobs by time.</summary>
/// <param name="Tenant">Whose jobs.</param>
/// <param name="Kind">What the points have in common.</param>
/// <param name="Name">Which model, method or worker.</param>
/// <param name="Points">Points in each second.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ThroughputSeries")]
public sealed record ThroughputSeries(
    [property: Id(0)] string Tenant, [property: Id(1)] ThroughputKind Kind, [property: Id(2)] string Name, [property: Id(3)] float[] Points)
{
    /// <summary>Gets what a model is called in its jobs; empty for anything else, and from processes of before.</summary>
    [Id(4)] public string Label { get => field ?? ""; init; } = "";
}

/// <summary>What a pool has computed lately.</summary>
/// <param name="FirstSecond">Unix time of the first value of every series, in seconds.</param>
/// <param name="Series">The series that are not all 0.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PoolThroughput")]
public sealed record PoolThroughput([property: Id(0)] long FirstSecond, [property: Id(1)] IReadOnlyList<ThroughputSeries> Series);
