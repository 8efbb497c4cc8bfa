using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Quotas;

/// <summary>Keeps its part in one row, which stays small because a tenant's jobs are spread over several.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.usage-shard")]
internal sealed class UsageShardGrain([PersistentState("usage", GrainStorage.Provider)] IPersistentState<UsageRecord> record) : Grain, IUsageShardGrain
{
    private Dictionary<string, JobUsage> Jobs => record.State.Jobs;

    public async Task<TenantUsage> SetAsync(string jobId, JobUsage? usage)
    {
        if (Jobs.GetValueOrDefault(jobId) == usage) return Sum();
        var before = record.State;
        var jobs = new Dictionary<string, JobUsage>(before.Jobs);
        if (usage is null) jobs.Remove(jobId);
        else jobs[jobId] = usage;
        record.State = new() { Jobs = jobs };
        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            // A repeated call must not find this one done.
            record.State = before;
            throw;
        }
        return Sum();
    }

    public Task<TenantUsage> SumAsync() => Task.FromResult(Sum());

    public Task<IReadOnlyList<string>> UnfinishedAsync() => Task.FromResult<IReadOnlyList<string>>([.. Jobs.Where(j => !j.Value.HasEnded).Select(j => j.Key)]);

    private TenantUsage Sum() => new(Jobs.Values.Sum(j => j.QueuedPoints), Jobs.Values.Sum(j => j.StoredBytes), Jobs.Values.Count(j => !j.HasEnded));
}

/// <summary>What is stored of a part.</summary>
[GenerateSerializer, Alias("saliency.v1.UsageRecord")]
internal sealed class UsageRecord
{
    [Id(0)] public Dictionary<string, JobUsage> Jobs { get; init; } = [];
}
