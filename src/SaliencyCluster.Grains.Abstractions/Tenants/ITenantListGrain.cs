namespace SaliencyCluster.Grains.Abstractions.Tenants;

/// <summary>Lists the tenants that have ever had a model or a job. The key is <see cref="Keys.GrainKeys.Single"/>.</summary>
[Version(1), Alias("saliency.v1.ITenantListGrain")]
public interface ITenantListGrain : IGrainWithStringKey
{
    /// <summary>Adds a tenant. Idempotent; durable on return.</summary>
    [Alias("Add")]
    Task AddAsync(string tenant);

    /// <summary>Gets every tenant.</summary>
    [Alias("List")]
    Task<IReadOnlyList<string>> ListAsync();
}
