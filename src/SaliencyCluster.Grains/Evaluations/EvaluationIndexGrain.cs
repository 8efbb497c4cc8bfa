using System.Globalization;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Keeps the ids of a tenant's evaluations in one row, in the order they came; there are few of them, each the work of minutes or hours.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.evaluation-index")]
internal sealed class EvaluationIndexGrain(
    [PersistentState("evaluations", GrainStorage.Provider)] IPersistentState<EvaluationIndexRecord> record) : Grain, IEvaluationIndexGrain
{
    private const int MaxSize = 200;

    private SortedList<long, string> Ids => record.State.Ids;

    public Task AddAsync(string id)
    {
        if (Ids.ContainsValue(id)) return Task.CompletedTask;
        // Numbers are not used again after a removal, so a page token always means the same place.
        Ids.Add(++record.State.Last, id);
        return record.WriteStateAsync();
    }

    public Task RemoveAsync(string id)
    {
        var at = Ids.IndexOfValue(id);
        if (at < 0) return Task.CompletedTask;
        Ids.RemoveAt(at);
        return record.WriteStateAsync();
    }

    public async Task<EvaluationListPage> ListAsync(int size, string? token = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var before = token is null ? long.MaxValue
            : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new SaliencyException("SAL3008", $"'{token}' is no page token of a list of evaluations.", "Start again without a token.");
        var page = Ids.Reverse().Where(e => e.Key < before).Take(Math.Min(size, MaxSize)).ToArray();
        var statuses = await Task.WhenAll(page.Select(e => StatusAsync(e.Value)));
        var more = page.Length > 0 && Ids.Keys[0] < page[^1].Key;
        return new([.. statuses.OfType<EvaluationStatus>()], more ? page[^1].Key.ToString(CultureInfo.InvariantCulture) : null);
    }

    private async Task<EvaluationStatus?> StatusAsync(string id)
    {
        try
        {
            return await GrainFactory.GetGrain<IEvaluationGrain>(new EvaluationKey(this.GetPrimaryKeyString(), id).ToString()).GetAsync();
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            // Deleted between the reading of the list and now.
            return null;
        }
    }
}

/// <summary>What is stored of an index.</summary>
[GenerateSerializer, Alias("saliency.v1.EvaluationIndexRecord")]
internal sealed class EvaluationIndexRecord
{
    [Id(0)] public SortedList<long, string> Ids { get; init; } = [];

    [Id(1)] public long Last { get; set; }
}
