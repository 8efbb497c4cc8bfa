using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Tenants;

/// <summary>Lists the tenants that have ever had a model or a job. The key is <see cref="GrainKeys.Single"/>.</summary>
[Version(1), Alias("saliency.v1.ITenantListGrain")]
internal interface ITenantListGrain : IGrainWithStringKey
{
    /// <summary>Adds a tenant. Idempotent; durable on return.</summary>
    [Alias("Add")]
    Task AddAsync(string tenant);

    /// <summary>Gets every tenant.</summary>
    [Alias("List")]
    Task<IReadOnlyList<string>> ListAsync();
}

/// <summary>Keeps the list in one row.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.tenant-list")]
internal sealed class TenantListGrain([PersistentState("tenants", GrainStorage.Provider)] IPersistentState<TenantListRecord> record)
    : DurableGrain<TenantListRecord>(record), ITenantListGrain
{
    public Task AddAsync(string tenant) => UpdateStateAsync(r => r.Tenants.Contains(tenant) ? r : new() { Tenants = [.. r.Tenants, tenant] });

    // The default tenant may have been there before tenants were listed.
    public async Task<IReadOnlyList<string>> ListAsync() =>
        [.. (await ReadStateAsync()).Tenants.Append(GrainKeys.DefaultTenant).Distinct().Order(StringComparer.Ordinal)];
}

/// <summary>What is stored of the list.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.TenantListRecord")]
internal sealed record TenantListRecord
{
    [Id(0)] public HashSet<string> Tenants { get; init; } = [];
}
