using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;

namespace SaliencyCluster.Grains.Work;

/// <summary>One page of a list of work; the key is <c>list/page</c>. Every call is durable on return and safe to repeat.</summary>
[Version(2), Alias("saliency.v1.IJobIndexPageGrain")]
internal interface IJobIndexPageGrain : IGrainWithStringKey
{
    /// <summary>Gets the ids in the order they were added; removed ones are empty, so that positions stay.</summary>
    [Alias("Read")]
    Task<IReadOnlyList<string>> ReadAsync();

    /// <summary>Gets the page with what is known of the work on it.</summary>
    [Alias("Look")]
    Task<JobIndexPageRecord> LookAsync();

    /// <summary>Takes note of work that has ended, so that nobody has to wake it to learn that.</summary>
    /// <param name="changes">The changes of the page when it was looked at; where it had others since, the call does nothing and returns false.</param>
    /// <param name="ended">When work of this page ended.</param>
    /// <param name="references">The blob with what it refers to; null for none.</param>
    [Alias("Settle")]
    Task<bool> SettleAsync(int changes, Dictionary<string, DateTimeOffset> ended, string? references);

    /// <summary>Takes note that ended work is about to go on; false where it is not on this page.</summary>
    [Alias("Reopen")]
    Task<bool> ReopenAsync(string jobId);

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

    public async Task<JobIndexPageRecord> LookAsync() => await ReadStateAsync();

    public async Task<bool> SettleAsync(int changes, Dictionary<string, DateTimeOffset> ended, string? references) =>
        (await UpdateStateAsync(r => r.Changes != changes ? r : r with { Ended = ended, References = references })).Changes == changes;

    public async Task<bool> ReopenAsync(string jobId) =>
        (await UpdateStateAsync(r => r.Ids.Contains(jobId) ? r.Changed(jobId) : r)).Ids.Contains(jobId);

    public async Task<bool> AddAsync(string jobId) =>
        (await UpdateStateAsync(r => r.Ids.Contains(jobId) || r.Ids.Count >= Size ? r : r with { Ids = [.. r.Ids, jobId] })).Ids.Contains(jobId);

    public async Task<int?> RemoveAsync(string jobId)
    {
        int? left = null;
        await UpdateStateAsync(r =>
        {
            if (!r.Ids.Contains(jobId)) return r;
            left = r.Ids.Count(id => id.Length > 0 && id != jobId);
            return r.Changed(jobId) with { Ids = [.. r.Ids.Select(id => id == jobId ? "" : id)] };
        });
        return left;
    }

    public async Task ClearAsync()
    {
        await ClearStateAsync();
        DeactivateOnIdle();
    }
}

/// <summary>What is stored of a page. What is known of work that has ended spares the collector waking it.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Immutable, Alias("saliency.v1.JobIndexPageRecord")]
internal sealed record JobIndexPageRecord
{
    [Id(0)] public List<string> Ids { get; init; } = [];

    /// <summary>Gets when work ended; work that is not named here may go on.</summary>
    [Id(1)] public Dictionary<string, DateTimeOffset> Ended { get; init; } = [];

    /// <summary>Gets the blob that lists what ended work refers to: a JSON object of blobs by id.</summary>
    [Id(2)] public string? References { get; init; }

    /// <summary>Gets how often work went from the page or on again: what was seen of it before is not true any more.</summary>
    [Id(3)] public int Changes { get; init; }

    public JobIndexPageRecord Changed(string id) => this with { Ended = new(Ended.Where(e => e.Key != id)), Changes = Changes + 1 };
}
