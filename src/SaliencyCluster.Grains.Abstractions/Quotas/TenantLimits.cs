namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>The most that a tenant may hold; null is no limit.</summary>
/// <param name="QueuedPoints">Points of unfinished jobs.</param>
/// <param name="StoredBytes">Bytes of models, images and maps.</param>
/// <param name="ConcurrentJobs">Jobs that have not ended.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.TenantLimits")]
public sealed record TenantLimits([property: Id(0)] long? QueuedPoints, [property: Id(1)] long? StoredBytes, [property: Id(2)] int? ConcurrentJobs)
{
    /// <summary>Gets no limits.</summary>
    public static TenantLimits None { get; } = new(null, null, null);
}
