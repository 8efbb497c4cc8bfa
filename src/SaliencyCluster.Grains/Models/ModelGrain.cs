using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Models;

/// <summary>Keeps one version of a model in one row.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.model")]
internal sealed class ModelGrain([PersistentState("model", GrainStorage.Provider)] IPersistentState<ModelRecord> record)
    : DurableGrain<ModelRecord>(record), IModelGrain
{
    public async Task<ModelInfo> GetAsync() =>
        (await ReadStateAsync()).Info ?? throw ModelErrors.NotFound(ModelKey.Parse(this.GetPrimaryKeyString()).Label, []);

    public Task StoreAsync(ModelInfo info) => UpdateStateAsync(_ => new() { Info = info });

    public async Task ClearAsync()
    {
        await ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a model.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.ModelRecord")]
internal sealed record ModelRecord
{
    [Id(0)] public ModelInfo? Info { get; init; }
}
