using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Quotas;

/// <summary>Reads a row that a version before has written.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.usage-shard")]
internal sealed class UsageShardGrain([PersistentState("usage", GrainStorage.Provider)] IPersistentState<UsageRecord> record) : Grain, IUsageShardGrain
{
    public Task<long> EndedBytesAsync() => Task.FromResult(record.State.Jobs.Values.Where(j => j.HasEnded).Sum(j => j.StoredBytes));
}

/// <summary>What is stored of a part.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.UsageRecord")]
internal sealed record UsageRecord
{
    [Id(0)] public Dictionary<string, JobUsage> Jobs { get; init; } = [];
}
