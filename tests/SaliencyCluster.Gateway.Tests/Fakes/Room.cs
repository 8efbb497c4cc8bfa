using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Gateway.Tests.Fakes;

/// <summary>A tenant with some room, of which calls reserve.</summary>
internal sealed class Room(long bytes) : ITenantUsageGrain
{
    private readonly Dictionary<Guid, long> _calls = [];

    public long Held => _calls.Values.Sum() + Left;

    public long Left { get; private set; }

    public int Questions { get; private set; }

    public Task<long> ReserveAsync(string work, Guid call, long least, long most, TenantLimits limits)
    {
        Questions++;
        var room = bytes - Held + _calls.GetValueOrDefault(call);
        if (least > room) throw QuotaErrors.Bytes("t", limits.StoredBytes!.Value);
        return Task.FromResult(_calls[call] = Math.Min(most, room));
    }

    public Task ReleaseAsync(string work, Guid call, long left)
    {
        _calls.Remove(call);
        Left += left;
        return Task.CompletedTask;
    }

    public Task AdmitAsync(string work, JobUsage usage, TenantLimits limits, long held = 0) => throw new NotSupportedException();

    public Task SetAsync(string jobId, JobUsage? usage) => throw new NotSupportedException();

    public Task<TenantUsage> GetAsync() => throw new NotSupportedException();

    public Task<long?> GetRoomAsync(TenantLimits limits) => throw new NotSupportedException();
}
