using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Tenants;

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
