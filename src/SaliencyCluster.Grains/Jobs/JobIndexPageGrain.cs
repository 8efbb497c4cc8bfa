using Orleans.Runtime;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>One page of a tenant's job list; the key is <c>tenant/page</c>. Every call is durable on return and safe to repeat.</summary>
[Version(1), Alias("saliency.v1.IJobIndexPageGrain")]
internal interface IJobIndexPageGrain : IGrainWithStringKey
{
    /// <summary>Gets the ids in the order they were added; removed ones are empty, so that positions stay.</summary>
    [Alias("Read")]
    Task<IReadOnlyList<string>> ReadAsync();

    /// <summary>Adds an id; false when the page is full.</summary>
    [Alias("Add")]
    Task<bool> AddAsync(string jobId);

    /// <summary>Removes an id; false when it is not on this page.</summary>
    [Alias("Remove")]
    Task<bool> RemoveAsync(string jobId);
}

/// <summary>Keeps one page in one row.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.job-index-page")]
internal sealed class JobIndexPageGrain(
    [PersistentState("page", GrainStorage.Provider)] IPersistentState<JobIndexPageRecord> record) : Grain, IJobIndexPageGrain
{
    private const int Size = 200;

    public Task<IReadOnlyList<string>> ReadAsync() => Task.FromResult<IReadOnlyList<string>>([.. record.State.Ids]);

    public async Task<bool> AddAsync(string jobId)
    {
        if (record.State.Ids.Contains(jobId)) return true;
        if (record.State.Ids.Count >= Size) return false;
        record.State.Ids.Add(jobId);
        await record.WriteStateAsync();
        return true;
    }

    public async Task<bool> RemoveAsync(string jobId)
    {
        var at = record.State.Ids.IndexOf(jobId);
        if (at < 0) return false;
        record.State.Ids[at] = "";
        await record.WriteStateAsync();
        return true;
    }
}

/// <summary>What is stored of a page.</summary>
[GenerateSerializer, Alias("saliency.v1.JobIndexPageRecord")]
internal sealed class JobIndexPageRecord
{
    [Id(0)] public List<string> Ids { get; init; } = [];
}
