using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>What the queue knows of a ticket.</summary>
/// <param name="Poison">Why a shard of the ticket is given up, such as that it ended its worker three times; null otherwise.</param>
/// <param name="Devices">Devices that serve the pool now; with 0 the work waits for the first.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PublishReply")]
public sealed record PublishReply([property: Id(0)] ErrorInfo? Poison, [property: Id(1)] int Devices);
