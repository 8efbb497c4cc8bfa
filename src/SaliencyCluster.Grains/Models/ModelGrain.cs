using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Models;

/// <summary>Keeps one version of a model in one row.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.model")]
internal sealed class ModelGrain([PersistentState("model", GrainStorage.Provider)] IPersistentState<ModelRecord> record) : Grain, IModelGrain
{
    public Task<ModelInfo> GetAsync() => Task.FromResult(
        record.State.Info ?? throw ModelErrors.NotFound(ModelKey.Parse(this.GetPrimaryKeyString()).Label, []));

    public Task StoreAsync(ModelInfo info)
    {
        record.State.Info = info;
        return record.WriteStateAsync();
    }

    public async Task ClearAsync()
    {
        await record.ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a model.</summary>
[GenerateSerializer, Alias("saliency.v1.ModelRecord")]
internal sealed class ModelRecord
{
    [Id(0)] public ModelInfo? Info { get; set; }
}
