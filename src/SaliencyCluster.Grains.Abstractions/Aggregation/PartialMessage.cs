using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>The sum over a node of the reduction tree, on its way from a device to the aggregator.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.PartialMessage")]
public sealed record PartialMessage
{
    /// <summary>Gets the round.</summary>
    [Id(0)] public required int Round { get; init; }

    /// <summary>Gets the level of the node; 0 is a single shard.</summary>
    [Id(1)] public required int Level { get; init; }

    /// <summary>Gets the index of the node within its level.</summary>
    [Id(2)] public required int Index { get; init; }

    /// <summary>Gets the weighted sum of maps; null for forward-only rounds.</summary>
    [Id(3)] public PooledTensor? Sum { get; init; }

    /// <summary>Gets the weighted sum of squares, where the round asks.</summary>
    [Id(4)] public PooledTensor? SquaredSum { get; init; }

    /// <summary>Gets the scores of the covered points.</summary>
    [Id(5)] public required PooledTensor Scores { get; init; }

    /// <summary>Gets the outputs of the covered points, where the round asks.</summary>
    [Id(6)] public PooledTensor? Outputs { get; init; }

    /// <summary>Gets the checksum of all elements, made on the device before they were sent.</summary>
    [Id(7)] public required ulong Checksum { get; init; }

    /// <summary>Gets who computed it, <c>silo/device</c>.</summary>
    [Id(8)] public required string Worker { get; init; }

    /// <summary>Gets the span that caused it, as a W3C traceparent; null where nobody traces.</summary>
    [Id(20)] public string? TraceParent { get; init; }

    /// <summary>Gets when the job was accepted for which it was computed; the default from a worker of 0.1, which does not say.</summary>
    [Id(21)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the shape of one point's output, where outputs are given; null from a worker of 0.1, which does not say.</summary>
    [Id(22)] public long[]? OutputShape { get; init; }
}

/// <summary>What became of a partial sum.</summary>
public enum AddReply
{
    /// <summary>Counted.</summary>
    Added = 0,

    /// <summary>The aggregator had these shards already; nothing was counted.</summary>
    Duplicate = 1,

    /// <summary>The round or the image has ended; nothing was counted.</summary>
    Stale = 2,

    /// <summary>The checksum or a size is wrong; nothing was counted, and the shards must be computed again.</summary>
    Corrupt = 3,

    /// <summary>The aggregator was activated after a crash and does not know yet what it is for: send it again.</summary>
    NotReady = 4,
}
