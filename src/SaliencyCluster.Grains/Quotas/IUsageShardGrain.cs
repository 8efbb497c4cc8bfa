namespace SaliencyCluster.Grains.Quotas;

/// <summary>What the versions before counted of a part of a tenant's jobs; the key is <c>tenant/part</c>. Only read.</summary>
[Version(2), Alias("saliency.v1.IUsageShardGrain")]
internal interface IUsageShardGrain : IGrainWithStringKey
{
    /// <summary>The number of parts of a tenant.</summary>
    const int Parts = 16;

    /// <summary>Gets the bytes of the jobs of this part that had ended.</summary>
    [Alias("EndedBytes")]
    Task<long> EndedBytesAsync();
}
