namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>How much a tenant may hold for a call with the key to be accepted; null is no limit.</summary>
/// <remarks>What is held counts per tenant, whichever key brought it.</remarks>
public sealed record KeyLimits
{
    /// <summary>Gets the most points of unfinished jobs.</summary>
    /// <value>At least 0; null for no limit, which is the default.</value>
    public long? QueuedPoints { get; init; }

    /// <summary>Gets the most bytes of stored models, images and maps.</summary>
    /// <value>At least 0; null for no limit, which is the default.</value>
    public long? StoredBytes { get; init; }

    /// <summary>Gets the most jobs that have not ended.</summary>
    /// <value>At least 0; null for no limit, which is the default.</value>
    public int? ConcurrentJobs { get; init; }
}
