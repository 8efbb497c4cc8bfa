using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Quotas;

/// <summary>Adds up the parts of a tenant and admits jobs one after another, so that two cannot take the same room.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.tenant-usage")]
internal sealed class TenantUsageGrain(TimeProvider time) : Grain, ITenantUsageGrain
{
    private const int Parts = 16;
    private static readonly TimeSpan BetweenReviews = TimeSpan.FromSeconds(10);
    private readonly TenantUsage[] _sums = new TenantUsage[Parts];
    private DateTimeOffset _reviewed;

    private string Tenant => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        for (var part = 0; part < Parts; part++) _sums[part] = await Part(part).SumAsync();
    }

    public async Task AdmitAsync(string jobId, JobUsage usage, TenantLimits limits)
    {
        if (await RefusalAsync(usage, limits) is not null)
        {
            await ReviewAsync();
            if (await RefusalAsync(usage, limits) is { } refusal) throw refusal;
        }
        await SetAsync(jobId, usage);
    }

    public async Task SetAsync(string jobId, JobUsage? usage)
    {
        var part = SHA256.HashData(Encoding.UTF8.GetBytes(jobId))[0] % Parts;
        _sums[part] = await Part(part).SetAsync(jobId, usage);
    }

    public async Task<TenantUsage> GetAsync() =>
        new(_sums.Sum(s => s.QueuedPoints), _sums.Sum(s => s.StoredBytes) + await ModelBytesAsync(), _sums.Sum(s => s.Jobs));

    public async Task<long?> GetRoomAsync(TenantLimits limits) =>
        limits.StoredBytes is { } most ? Math.Max(0, most - (await GetAsync()).StoredBytes) : null;

    private async Task<SaliencyException?> RefusalAsync(JobUsage usage, TenantLimits limits)
    {
        if (limits == TenantLimits.None) return null;
        var held = await GetAsync();
        if (limits.ConcurrentJobs is { } jobs && held.Jobs >= jobs) return QuotaErrors.Jobs(Tenant, jobs);
        if (limits.QueuedPoints is { } points && held.QueuedPoints + usage.QueuedPoints > points) return QuotaErrors.Points(Tenant, held.QueuedPoints, usage.QueuedPoints, points);
        return limits.StoredBytes is { } bytes && held.StoredBytes + usage.StoredBytes > bytes ? QuotaErrors.Bytes(Tenant, bytes) : null;
    }

    // A crash between counting a job and storing it, or between its end and the counting of it, leaves too much.
    private async Task ReviewAsync()
    {
        if (time.GetUtcNow() - _reviewed < BetweenReviews) return;
        _reviewed = time.GetUtcNow();
        for (var part = 0; part < Parts; part++)
        {
            foreach (var job in await Part(part).UnfinishedAsync())
                await SetAsync(job, await GrainFactory.GetGrain<IJobWorkGrain>(new JobKey(Tenant, job).ToString()).GetUsageAsync());
        }
    }

    private async Task<long> ModelBytesAsync() => (await GrainFactory.GetGrain<IModelIndexGrain>(Tenant).ListAsync()).Sum(m => m.Bytes);

    private IUsageShardGrain Part(int part) => GrainFactory.GetGrain<IUsageShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{Tenant}/{part}"));
}
