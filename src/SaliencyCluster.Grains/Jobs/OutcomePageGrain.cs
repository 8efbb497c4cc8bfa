using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Keeps a page of outcomes in one row. Reentrant, so that outcomes which arrive during a write share the next one.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 1)]
[GrainType("saliency.outcome-page")]
internal sealed class OutcomePageGrain(
    [PersistentState("outcomes", GrainStorage.Provider)] IPersistentState<OutcomeRows> rows) : DurableGrain<OutcomeRows>(rows), IOutcomePageGrain
{
    public async Task<IReadOnlyList<ImageOutcome>> ReadAsync() => [.. (await ReadStateAsync()).Outcomes.OrderBy(o => o.Index)];

    public Task RecordAsync(IReadOnlyList<ImageOutcome> outcomes) =>
        UpdateStateAsync(r => new() { Outcomes = [.. r.Outcomes.Where(old => outcomes.All(o => o.Index != old.Index)), .. outcomes] });

    public async Task ClearAsync()
    {
        await ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a page.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.OutcomeRows")]
internal sealed record OutcomeRows
{
    [Id(0)] public List<ImageOutcome> Outcomes { get; init; } = [];
}
