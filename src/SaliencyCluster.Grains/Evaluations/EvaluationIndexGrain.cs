using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Lists a tenant's evaluations. The versions before kept all ids in one row, which become pages when it is read.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.evaluation-index")]
internal sealed class EvaluationIndexGrain : WorkIndexGrain<EvaluationStatus>, IEvaluationIndexGrain
{
    private readonly DurableState<EvaluationIndexRecord> _old;

    public EvaluationIndexGrain(
        [PersistentState("index", GrainStorage.Provider)] IPersistentState<JobIndexRecord> record,
        [PersistentState("evaluations", GrainStorage.Provider)] IPersistentState<EvaluationIndexRecord> old)
        : base(record) => _old = new(old, DeactivateOnIdle);

    // No name of a tenant has a space, so no page of jobs has such a key.
    protected override string Pages => $"evaluations {Tenant}";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_old.Value.Ids.Count == 0) return;
        foreach (var id in _old.Value.Ids.Values) await AddAsync(id);
        await _old.ClearAsync();
    }

    public async Task<EvaluationListPage> ListAsync(int size, string? token = null)
    {
        var (evaluations, next) = await base.ListAsync(size, token, _ => true);
        return new(evaluations, next);
    }

    protected override Task<EvaluationStatus> GetAsync(string id) => GrainFactory.GetGrain<IEvaluationGrain>(new EvaluationKey(Tenant, id).ToString()).GetAsync();

    protected override int? PageOf(EvaluationStatus status) => status.ListedOn;
}

/// <summary>What versions before 0.2 stored of an index.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.EvaluationIndexRecord")]
internal sealed record EvaluationIndexRecord
{
    [Id(0)] public SortedList<long, string> Ids { get; init; } = [];

    [Id(1)] public long Last { get; init; }
}
