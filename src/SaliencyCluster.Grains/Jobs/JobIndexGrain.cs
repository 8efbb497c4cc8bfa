using System.Globalization;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Lists a tenant's jobs from pages of ids; only the newest page is rewritten when a job is added.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.job-index")]
internal sealed class JobIndexGrain(
    [PersistentState("index", GrainStorage.Provider)] IPersistentState<JobIndexRecord> record) : Grain, IJobIndexGrain
{
    private const int MaxSize = 200;

    // How often one call with a filter reads on: often enough to find something, seldom enough to answer within a second or two.
    private const int MostReads = 20;

    private bool _isListed;

    private string Tenant => this.GetPrimaryKeyString();

    public async Task AddAsync(string jobId)
    {
        if (!_isListed) await GrainFactory.GetGrain<ITenantListGrain>(GrainKeys.Single).AddAsync(Tenant);
        _isListed = true;
        if (await Page(record.State.LastPage).AddAsync(jobId)) return;
        record.State.LastPage++;
        await record.WriteStateAsync();
        await Page(record.State.LastPage).AddAsync(jobId);
    }

    public async Task RemoveAsync(string jobId)
    {
        for (var page = record.State.LastPage; page >= 0; page--)
        {
            if (await Page(page).RemoveAsync(jobId)) return;
        }
    }

    public async Task<JobPage> ListAsync(int size, string? token = null, JobFilter? filter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (filter is null) return await ReadAsync(size, token);
        var found = new List<JobStatus>();
        for (var read = 0; read < MostReads && found.Count < size; read++)
        {
            // Never more than fit: what is read is either in the answer or behind it.
            var page = await ReadAsync(size - found.Count, token);
            found.AddRange(page.Jobs.Where(filter.Fits));
            token = page.NextToken;
            if (token is null) break;
        }
        return new(found, token);
    }

    private async Task<JobPage> ReadAsync(int size, string? token)
    {
        var (page, slot) = Position(token);
        var ids = new List<string>();
        size = Math.Min(size, MaxSize);
        for (; page >= 0; (page, slot) = (page - 1, int.MaxValue))
        {
            var entries = await Page(page).ReadAsync();
            for (slot = Math.Min(slot, entries.Count - 1); slot >= 0 && ids.Count < size; slot--)
            {
                if (entries[slot].Length > 0) ids.Add(entries[slot]);
            }
            if (ids.Count == size) break;
        }
        var next = page < 0 || (page == 0 && slot < 0) ? null : string.Create(CultureInfo.InvariantCulture, $"{page}.{slot}");
        return new(await StatusesAsync(ids), next);
    }

    private async Task<IReadOnlyList<JobStatus>> StatusesAsync(List<string> ids)
    {
        var statuses = await Task.WhenAll(ids.Select(async id =>
        {
            try
            {
                return await GrainFactory.GetGrain<IJobGrain>(new JobKey(Tenant, id).ToString()).GetAsync();
            }
            catch (SaliencyException missing) when (missing.Code == "SAL3002")
            {
                // Deleted between the reading of the page and now.
                return null;
            }
        }));
        return [.. statuses.OfType<JobStatus>()];
    }

    private (int Page, int Slot) Position(string? token)
    {
        if (token is null) return (record.State.LastPage, int.MaxValue);
        var parts = token.Split('.');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var slot)
            && page <= record.State.LastPage && slot >= -1) return (page, slot);
        throw new SaliencyException("SAL3008", $"'{token}' is no page token of a job list.", "Start again without a token.");
    }

    private IJobIndexPageGrain Page(int page) =>
        GrainFactory.GetGrain<IJobIndexPageGrain>(string.Create(CultureInfo.InvariantCulture, $"{Tenant}/{page}"));
}

/// <summary>What is stored of an index.</summary>
[GenerateSerializer, Alias("saliency.v1.JobIndexRecord")]
internal sealed class JobIndexRecord
{
    [Id(0)] public int LastPage { get; set; }
}
