namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>Counts what a tenant holds; the key is the tenant.</summary>
/// <remarks>
/// Lives on gateway silos. Jobs and evaluations are counted with absolute numbers as long as they are open, so every call may be repeated, and
/// nothing is counted twice or left over after a crash: work that is counted and does not exist is noticed before anybody is refused for it.
/// </remarks>
[Version(2), Alias("saliency.v1.ITenantUsageGrain")]
public interface ITenantUsageGrain : IGrainWithStringKey
{
    /// <summary>Counts work that is about to be stored or taken up again, or refuses it. From then on it is looked after.</summary>
    /// <param name="work">A <see cref="Keys.WorkKey"/>; the version before gives the id of a job.</param>
    /// <param name="usage">What it will hold.</param>
    /// <param name="limits">What its tenant may hold.</param>
    /// <param name="held">The bytes that it holds as ended work, which become part of <paramref name="usage"/>.</param>
    /// <exception cref="Onnx.SaliencyException">SAL3010 points, SAL3011 bytes, SAL3012 jobs: the tenant would hold more than its limits.</exception>
    [Alias("Admit")]
    Task AdmitAsync(string work, JobUsage usage, TenantLimits limits, long held = 0);

    /// <summary>Takes note of what a job holds now, or that it is deleted, for gateways of the version before.</summary>
    [Alias("Set")]
    Task SetAsync(string jobId, JobUsage? usage);

    /// <summary>Gets what the tenant holds.</summary>
    [Alias("Get")]
    Task<TenantUsage> GetAsync();

    /// <summary>Gets how many bytes the tenant may still store.</summary>
    /// <returns>Null without a limit; 0 when nothing fits.</returns>
    [Alias("GetRoom")]
    Task<long?> GetRoomAsync(TenantLimits limits);

    /// <summary>Keeps room for what a call is about to store, or refuses it: two calls cannot take the same room.</summary>
    /// <param name="work">What the bytes are for, as <see cref="AdmitAsync"/> is told: admitting it takes the place of the
    /// reservation.</param>
    /// <param name="call">The call. Its reservations do not add up: each names all bytes of the call.</param>
    /// <param name="least">The bytes that it needs now.</param>
    /// <param name="most">The bytes that it takes where there is room, so that it need not ask for every image.</param>
    /// <param name="limits">What its tenant may hold.</param>
    /// <returns>The bytes that it may store, from <paramref name="least"/> to <paramref name="most"/>.</returns>
    /// <remarks>Held in memory for a day, which is how long bytes stay that nothing refers to: the death of a gateway
    /// between loses it.</remarks>
    /// <exception cref="Onnx.SaliencyException">SAL3011.</exception>
    [Alias("Reserve")]
    Task<long> ReserveAsync(string work, Guid call, long least, long most, TenantLimits limits);

    /// <summary>Gives back what a call has reserved; without effect where it has been admitted.</summary>
    /// <param name="work">What the bytes were for.</param>
    /// <param name="call">The call.</param>
    /// <param name="left">The bytes that it has stored, that nothing refers to and that could not be removed: they count for a day.</param>
    [Alias("Release")]
    Task ReleaseAsync(string work, Guid call, long left);
}

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

/// <summary>What the one who submits a job may do; no part of what is asked, so the same job may be submitted again with another key.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobAdmission")]
public sealed record JobAdmission
{
    /// <summary>Gets the share of the pool that the job gives to its tenant, against other tenants.</summary>
    /// <value>From 0.01 to 100. The default is 1.</value>
    [Id(0)] public double TenantWeight { get; init; } = 1;

    /// <summary>Gets what the tenant may hold, this job included.</summary>
    [Id(1)] public TenantLimits Limits { get; init; } = TenantLimits.None;

    /// <summary>Gets the bytes of the job's images as they are stored.</summary>
    [Id(2)] public long ImageBytes { get; init; }
}
