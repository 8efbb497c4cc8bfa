using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Trials;

/// <summary>Keeps the list in one row.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.quarantine-list")]
internal sealed class QuarantineListGrain(
    [PersistentState("quarantine", GrainStorage.Provider)] IPersistentState<QuarantineListRecord> record)
    : DurableGrain<QuarantineListRecord>(record), IQuarantineListGrain
{
    public Task AddAsync(ModelQuarantine model) =>
        UpdateStateAsync(r => r.Models.Contains(model) ? r : new() { Models = [model, .. r.Models.Where(m => m.Model != model.Model)] });

    public Task RemoveAsync(string model) =>
        UpdateStateAsync(r => r.Models.Exists(m => m.Model == model) ? new() { Models = [.. r.Models.Where(m => m.Model != model)] } : r);

    public async Task<IReadOnlyList<ModelQuarantine>> ListAsync() => (await ReadStateAsync()).Models;
}

/// <summary>What is stored of the list.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.QuarantineListRecord")]
internal sealed record QuarantineListRecord
{
    [Id(0)] public List<ModelQuarantine> Models { get; init; } = [];
}
