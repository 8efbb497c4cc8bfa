using System.Globalization;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Work;

/// <summary>
/// A tenant's list of one kind of work, in pages of ids: only the newest page is rewritten when something is added, and a page of which
/// nothing is left goes. Reentrant, so that a long list keeps nobody from adding.
/// </summary>
/// <typeparam name="TStatus">What a list shows of one.</typeparam>
internal abstract class WorkIndexGrain<TStatus>(IPersistentState<JobIndexRecord> record) : DurableGrain<JobIndexRecord>(record) where TStatus : class
{
    private const int MaxSize = 200;

    // How often one call reads on: often enough to find something, seldom enough to answer within a second or two.
    private const int MaxReads = 20;

    private bool _isListed;

    protected string Tenant => this.GetPrimaryKeyString();

    /// <summary>Gets what the keys of its pages begin with.</summary>
    protected abstract string Pages { get; }

    public async Task<int> AddAsync(string id)
    {
        if (!_isListed) await GrainFactory.GetGrain<ITenantListGrain>(GrainKeys.Single).AddAsync(Tenant);
        _isListed = true;
        while (true)
        {
            var last = (await ReadStateAsync()).LastPage;
            if (await Page(last).AddAsync(id)) return last;
            await UpdateStateAsync(r => r.LastPage > last ? r : new() { LastPage = last + 1, Pages = [.. r.Live, last + 1] });
        }
    }

    public async Task<IReadOnlyList<string>> PagesAsync() => [.. (await ReadStateAsync()).Live.Select(PageKey)];

    public async Task ReopenAsync(string id, int? page = null)
    {
        foreach (var candidate in await CandidatesAsync(page))
        {
            if (await Page(candidate).ReopenAsync(id)) return;
        }
    }

    public async Task RemoveAsync(string id, int? page = null)
    {
        foreach (var candidate in await CandidatesAsync(page))
        {
            if (await Page(candidate).RemoveAsync(id) is not { } left) continue;
            if (left == 0) await DropAsync(candidate);
            return;
        }
    }

    protected abstract Task<TStatus> GetAsync(string id);

    /// <summary>Gets the page that one says it is listed on; null for one that the version before has listed.</summary>
    protected abstract int? PageOf(TStatus status);

    protected async Task<(IReadOnlyList<TStatus> Found, string? Next)> ListAsync(int size, string? token, Func<TStatus, bool> fits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        size = Math.Min(size, MaxSize);
        var index = await ReadStateAsync();
        var (first, slot) = Position(token, index);
        var (found, reads) = (new List<TStatus>(), 0);
        foreach (var page in index.Live.Reverse().Where(p => p <= first))
        {
            var ids = await Page(page).ReadAsync();
            if (ids.All(id => id.Length == 0)) await DropAsync(page);
            slot = Math.Min(page == first ? slot : int.MaxValue, ids.Count - 1);
            while (slot >= 0)
            {
                // Never more than fit: what is read is either in the answer or behind it.
                if (found.Count == size || reads++ == MaxReads) return (found, string.Create(CultureInfo.InvariantCulture, $"{page}.{slot}"));
                var wanted = new List<string>();
                for (; slot >= 0 && wanted.Count < size - found.Count; slot--)
                {
                    if (ids[slot].Length > 0) wanted.Add(ids[slot]);
                }
                found.AddRange((await Task.WhenAll(wanted.Select(id => FindAsync(id, page)))).OfType<TStatus>().Where(fits));
            }
        }
        return (found, null);
    }

    // Where the page is not known, because the version before did not keep it, it is one of them.
    private async Task<IEnumerable<int>> CandidatesAsync(int? page) => (await ReadStateAsync()).Live.Reverse().OrderByDescending(p => p == page);

    private async Task<TStatus?> FindAsync(string id, int page)
    {
        try
        {
            var status = await GetAsync(id);
            if (PageOf(status) is not { } other || other == page) return status;
            // Added twice, because the answer to the first call was lost.
            await Page(page).RemoveAsync(id);
            return null;
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            // Being submitted, or deleted between the reading of the page and now.
            return null;
        }
    }

    private async Task DropAsync(int page)
    {
        if (page >= (await ReadStateAsync()).LastPage) return;
        await UpdateStateAsync(r => new() { LastPage = r.LastPage, Pages = [.. r.Live.Where(p => p != page)] });
        await Page(page).ClearAsync();
    }

    private static (int Page, int Slot) Position(string? token, JobIndexRecord index)
    {
        if (token is null) return (index.LastPage, int.MaxValue);
        var parts = token.Split('.');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var slot)
            && page <= index.LastPage && slot >= -1) return (page, slot);
        throw new SaliencyException("SAL3008", $"'{token}' is no page token of this list.", "Start again without a token.");
    }

    private IJobIndexPageGrain Page(int page) => GrainFactory.GetGrain<IJobIndexPageGrain>(PageKey(page));

    private string PageKey(int page) => string.Create(CultureInfo.InvariantCulture, $"{Pages}/{page}");
}

/// <summary>What is stored of an index.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.JobIndexRecord")]
internal sealed record JobIndexRecord
{
    /// <summary>Gets the newest page.</summary>
    [Id(0)] public int LastPage { get; init; }

    /// <summary>Gets the pages there are, oldest first; null where the version before stored it, which kept all of them.</summary>
    [Id(1)] public int[]? Pages { get; init; }

    /// <summary>Gets the pages there are, oldest first.</summary>
    public int[] Live => Pages ?? [.. Enumerable.Range(0, LastPage + 1)];
}
