using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>What a tenant may still store, asked once before data comes in: it is refused while it is sent and not after.</summary>
internal sealed class StorageQuota(string tenant, long? most, long? room)
{
    /// <summary>Asks how much room a caller's tenant has.</summary>
    public static async Task<StorageQuota> OfAsync(Caller caller, IGrainFactory grains) => new(
        caller.Tenant, caller.Limits.StoredBytes, await grains.GetGrain<ITenantUsageGrain>(caller.Tenant).GetRoomAsync(caller.TenantLimits));

    /// <summary>Refuses data that does not fit.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3011.</exception>
    public void Check(long bytes)
    {
        if (bytes > room) throw QuotaErrors.Bytes(tenant, most!.Value);
    }
}
