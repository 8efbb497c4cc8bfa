using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Shards that one device may compute until the lease runs out, which reports put off.</summary>
/// <param name="Id">Unique over all queues and activations.</param>
/// <param name="Image">The image, an <see cref="Keys.ImageKey"/>.</param>
/// <param name="Round">The round.</param>
/// <param name="Shards">The shards: 2^k of them from a multiple of 2^k on, so that their sum is one node of the reduction tree.</param>
/// <param name="Points">Their points.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Attempt">1 for the first device that tries them.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.Lease")]
public sealed record Lease(
    [property: Id(0)] Guid Id, [property: Id(1)] string Image, [property: Id(2)] int Round, [property: Id(3)] ShardRange Shards,
    [property: Id(4)] int Points, [property: Id(5)] string ModelHash, [property: Id(6)] int Attempt)
{
    /// <summary>Gets the span that caused it, as a W3C traceparent; null where nobody traces.</summary>
    [Id(20)] public string? TraceParent { get; init; }

    /// <summary>Gets the method, for what is told of the work.</summary>
    [Id(21)] public string Method { get => field ?? ""; init; } = "";

    /// <summary>Gets when the image's job was accepted: which of the jobs that had its id it is of.</summary>
    [Id(22)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets whether the device is to report that it holds it before it starts: what is lost with a device that never did was not
    /// what ended it, and does not count as an attempt.</summary>
    [Id(23)] public bool Confirm { get; init; }

    /// <summary>Gets how urgent the shards are on the device.</summary>
    [Id(7)] public JobPriority Priority { get; init; }
}
