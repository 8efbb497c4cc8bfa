using System.Runtime.CompilerServices;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Tenants;

namespace SaliencyCluster.Grains.Retention;

/// <summary>The blobs of registered models.</summary>
internal sealed class ModelReferences(IGrainFactory grains) : IBlobReferences
{
    public async IAsyncEnumerable<string> ReferencesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var tenant in await grains.GetGrain<ITenantListGrain>(GrainKeys.Single).ListAsync())
        {
            ct.ThrowIfCancellationRequested();
            foreach (var model in await grains.GetGrain<IModelIndexGrain>(tenant).ListAsync()) yield return model.Hash;
        }
    }
}
