using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Quotas;

/// <summary>Adds up the parts of the open work for a tenant and admits one after another, so that two cannot take the same room.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.tenant-usage")]
internal sealed class TenantUsageGrain(TimeProvider time) : Grain, ITenantUsageGrain
{
    private static readonly TimeSpan BetweenReviews = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);
    private readonly Reservations _reserved = new(time);
    private DateTimeOffset _reviewed;

    private string Tenant => this.GetPrimaryKeyString();

    private IEnumerable<IOpenWorkGrain> Parts => Enumerable.Range(0, WorkKey.Parts).Select(Part);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await Part(0).HasAdoptedAsync(Tenant)) return;
        var rows = Enumerable.Range(0, IUsageShardGrain.Parts).Select(
            part => GrainFactory.GetGrain<IUsageShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{Tenant}/{part}")).EndedBytesAsync());
        await Part(0).AdoptAsync(Tenant, (await Task.WhenAll(rows)).Sum());
    }

    public async Task AdmitAsync(string work, JobUsage usage, TenantLimits limits, long held = 0)
    {
        if (!work.Contains('/', StringComparison.Ordinal)) work = Job(work).ToString();
        if (await RefusalAsync(work, usage, limits, held) is not null)
        {
            await ReviewAsync();
            if (await RefusalAsync(work, usage, limits, held) is { } refusal) throw refusal;
        }
        await Part(WorkKey.Parse(work).Part).OpenAsync(work, usage, held);
        _reserved.Admitted(work);
    }

    public Task SetAsync(string jobId, JobUsage? usage)
    {
        var (work, part) = (Job(jobId).ToString(), Part(Job(jobId).Part));
        return usage is { HasEnded: false } ? part.UpdateAsync(work, usage) : part.CloseAsync(work, usage?.StoredBytes ?? 0);
    }

    public Task<TenantUsage> GetAsync() => SumAsync(null);

    public async Task<long?> GetRoomAsync(TenantLimits limits) =>
        limits.StoredBytes is { } most ? Math.Max(0, most - (await GetAsync()).StoredBytes - _reserved.Without(null)) : null;

    public async Task<long> ReserveAsync(string work, Guid call, long least, long most, TenantLimits limits)
    {
        if (limits.StoredBytes is not { } limit) return most;
        if (await RoomAsync(limit, work, call) < least) await ReviewAsync();
        var room = await RoomAsync(limit, work, call);
        if (room < least) throw QuotaErrors.Bytes(Tenant, limit);
        var granted = Math.Min(most, room);
        _reserved.Set(work, call, granted);
        DelayDeactivation(Remembered);
        return granted;
    }

    public Task ReleaseAsync(string work, Guid call, long left)
    {
        _reserved.Release(work, call, left);
        return Task.CompletedTask;
    }

    // Its work may be counted already, where the call repeats one that was accepted.
    private async Task<long> RoomAsync(long limit, string work, Guid call) =>
        limit - (await SumAsync(work)).StoredBytes - _reserved.Without(work, call);

    private async Task<SaliencyException?> RefusalAsync(string work, JobUsage usage, TenantLimits limits, long held)
    {
        if (limits == TenantLimits.None) return null;
        // Its own count, from an attempt that failed, is not what keeps it out.
        var others = await SumAsync(work);
        if (limits.ConcurrentJobs is { } jobs && others.Jobs >= jobs) return QuotaErrors.Jobs(Tenant, jobs);
        if (limits.QueuedPoints is { } points && others.QueuedPoints + usage.QueuedPoints > points)
            return QuotaErrors.Points(Tenant, others.QueuedPoints, usage.QueuedPoints, points);
        if (limits.StoredBytes is not { } bytes || usage.StoredBytes <= held) return null;
        return others.StoredBytes + _reserved.Without(work) - held + usage.StoredBytes > bytes ? QuotaErrors.Bytes(Tenant, bytes) : null;
    }

    private async Task<TenantUsage> SumAsync(string? without)
    {
        var sums = await Task.WhenAll(Parts.Select(p => p.SumAsync(Tenant, without)));
        // What jobs of versions that did not count them give back may be more than was counted.
        return new(sums.Sum(s => s.QueuedPoints), Math.Max(0, sums.Sum(s => s.StoredBytes)) + await ModelBytesAsync(), sums.Sum(s => s.Jobs));
    }

    // A crash between counting work and storing it, or between its end and the counting of it, leaves too much.
    private async Task ReviewAsync()
    {
        if (time.GetUtcNow() - _reviewed < BetweenReviews) return;
        _reviewed = time.GetUtcNow();
        await Task.WhenAll(Parts.Select(p => p.ReviewAsync(Tenant)));
    }

    private async Task<long> ModelBytesAsync() => (await GrainFactory.GetGrain<IModelIndexGrain>(Tenant).ListAsync()).Sum(m => m.Bytes);

    private WorkKey Job(string id) => new(WorkKind.Job, Tenant, id);

    private IOpenWorkGrain Part(int part) => GrainFactory.GetGrain<IOpenWorkGrain>(part.ToString(CultureInfo.InvariantCulture));
}
