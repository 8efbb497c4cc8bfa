using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Keeps a page of outcomes in one row. Reentrant, so that outcomes which arrive during a write share the next one.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 1)]
[GrainType("saliency.outcome-page")]
internal sealed class OutcomePageGrain(
    [PersistentState("outcomes", GrainStorage.Provider)] IPersistentState<OutcomeRows> rows) : Grain, IOutcomePageGrain
{
    private readonly StateWriter _writer = new(rows);

    public Task<IReadOnlyList<ImageOutcome>> ReadAsync() =>
        Task.FromResult<IReadOnlyList<ImageOutcome>>([.. rows.State.Outcomes.OrderBy(o => o.Index)]);

    public Task RecordAsync(IReadOnlyList<ImageOutcome> outcomes)
    {
        var kept = rows.State.Outcomes.Where(old => outcomes.All(o => o.Index != old.Index));
        rows.State = new() { Outcomes = [.. kept, .. outcomes] };
        return _writer.WriteAsync();
    }

    public async Task ClearAsync()
    {
        await rows.ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a page.</summary>
[GenerateSerializer, Alias("saliency.v1.OutcomeRows")]
internal sealed class OutcomeRows
{
    [Id(0)] public List<ImageOutcome> Outcomes { get; init; } = [];
}
