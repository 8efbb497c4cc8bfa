namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>What a tenant holds.</summary>
/// <param name="QueuedPoints">Points of unfinished jobs that are still to be computed, up to one page of images.</param>
/// <param name="StoredBytes">Bytes of models, images and maps. Equal content counts each time it is referred to.</param>
/// <param name="Jobs">Jobs that have not ended.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.TenantUsage")]
public sealed record TenantUsage([property: Id(0)] long QueuedPoints, [property: Id(1)] long StoredBytes, [property: Id(2)] int Jobs);

/// <summary>What one job adds to it.</summary>
/// <param name="HasEnded">Whether it has ended.</param>
/// <param name="QueuedPoints">Points that are still to be computed; 0 when it has ended.</param>
/// <param name="StoredBytes">Bytes of its images and maps.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobUsage")]
public sealed record JobUsage([property: Id(0)] bool HasEnded, [property: Id(1)] long QueuedPoints, [property: Id(2)] long StoredBytes);
