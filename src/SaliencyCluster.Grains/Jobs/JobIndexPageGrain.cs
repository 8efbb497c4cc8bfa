using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>One page of a list of work; the key is <c>list/page</c>. Every call is durable on return and safe to repeat.</summary>
[Version(2), Alias("saliency.v1.IJobIndexPageGrain")]
internal interface IJobIndexPageGrain : IGrainWithStringKey
{
    /// <summary>Gets the ids in the order they were added; removed ones are empty, so that positions stay.</summary>
    [Alias("Read")]
    Task<IReadOnlyList<string>> ReadAsync();

    /// <summary>Adds an id; false when the page is full.</summary>
    [Alias("Add")]
    Task<bool> AddAsync(string jobId);

    /// <summary>Removes an id and returns how many are left; null when it is not on this page.</summary>
    [Alias("Take")]
    Task<int?> RemoveAsync(string jobId);

    /// <summary>Forgets the page.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}

/// <summary>Keeps one page in one row. Reentrant, so that what is added during a write shares the next one.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.job-index-page")]
internal sealed class JobIndexPageGrain([PersistentState("page", GrainStorage.Provider)] IPersistentState<JobIndexPageRecord> record)
    : DurableGrain<JobIndexPageRecord>(record), IJobIndexPageGrain
{
    private const int Size = 200;

    public async Task<IReadOnlyList<string>> ReadAsync() => [.. (await ReadStateAsync()).Ids];

    public async Task<bool> AddAsync(string jobId) =>
        (await UpdateStateAsync(r => r.Ids.Contains(jobId) || r.Ids.Count >= Size ? r : new() { Ids = [.. r.Ids, jobId] })).Ids.Contains(jobId);

    public async Task<int?> RemoveAsync(string jobId)
    {
        int? left = null;
        await UpdateStateAsync(r =>
        {
            if (!r.Ids.Contains(jobId)) return r;
            left = r.Ids.Count(id => id.Length > 0 && id != jobId);
            return new() { Ids = [.. r.Ids.Select(id => id == jobId ? "" : id)] };
        });
        return left;
    }

    public async Task ClearAsync()
    {
        await ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a page.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.JobIndexPageRecord")]
internal sealed record JobIndexPageRecord
{
    [Id(0)] public List<string> Ids { get; init; } = [];
}
