using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Offers the shards of one round of one image to the devices of a pool.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.RoundTicket")]
public sealed record RoundTicket
{
    /// <summary>Gets the image, an <see cref="Keys.ImageKey"/>. A ticket replaces the one that the image had before.</summary>
    [Id(0)] public required string Image { get; init; }

    /// <summary>Gets the round.</summary>
    [Id(1)] public required int Round { get; init; }

    /// <summary>Gets which activation of the aggregator offers it. A new one knows better what is missing.</summary>
    [Id(2)] public required Guid Owner { get; init; }

    /// <summary>Gets the shards whose sums the aggregator does not have.</summary>
    [Id(3)] public required ShardRange[] Missing { get; init; }

    /// <summary>Gets the number of points of the round.</summary>
    [Id(4)] public required int Points { get; init; }

    /// <summary>Gets the points per shard; the last one may have fewer.</summary>
    [Id(5)] public required int ShardPoints { get; init; }

    /// <summary>Gets the hash of the model, for affinity.</summary>
    [Id(6)] public required string ModelHash { get; init; }

    /// <summary>Gets how urgent it is.</summary>
    [Id(7)] public JobPriority Priority { get; init; }

    /// <summary>Gets the job's share against the tenant's other jobs.</summary>
    [Id(8)] public double Weight { get; init; } = 1;

    /// <summary>Gets the tenant's share of the pool.</summary>
    [Id(9)] public double TenantWeight { get; init; } = 1;

    /// <summary>Gets the method: with the model it decides what a point costs.</summary>
    [Id(10)] public string Method { get => field ?? ""; init; } = "";

    /// <summary>Gets the expected points of the image's rounds after this one.</summary>
    [Id(11)] public int LaterPoints { get; init; }

    /// <summary>Gets the span that caused it, as a W3C traceparent; null where nobody traces.</summary>
    [Id(20)] public string? TraceParent { get; init; }

    /// <summary>Gets when the image's job was accepted: which of the jobs that had its id it is of.</summary>
    [Id(21)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the lowest <see cref="WorkLevel"/> of a worker that may compute it.</summary>
    [Id(22)] public int Level { get; init; }

    /// <summary>Gets what the model is called in its job, since one file may have several names; empty from processes of before.</summary>
    [Id(23)] public string ModelLabel { get => field ?? ""; init; } = "";

    /// <summary>Gets the number of shards of the round.</summary>
    public int Shards => (Points + ShardPoints - 1) / ShardPoints;

    /// <summary>Gets the number of points of a range of shards.</summary>
    public int PointsOf(ShardRange range) => Math.Min(range.End * ShardPoints, Points) - range.First * ShardPoints;
}

/// <summary>Neighbouring shards of one round.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">Number of shards, at least 1.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ShardRange")]
public readonly record struct ShardRange([property: Id(0)] int First, [property: Id(1)] int Count)
{
    /// <summary>Gets the index after the last.</summary>
    public int End => First + Count;

    /// <inheritdoc/>
    public override string ToString() => $"[{First},{End})";
}
