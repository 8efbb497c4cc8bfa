using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Quotas;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Quotas;

public sealed class ReservationTests
{
    private static readonly string Work = new WorkKey(WorkKind.Job, "lab", "one").ToString();
    private readonly FakeTimeProvider _time = new();
    private readonly Guid _first = Guid.NewGuid(), _second = Guid.NewGuid();
    private readonly Reservations _reserved;

    public ReservationTests() => _reserved = new(_time);

    [Fact]
    public void Reservations_of_calls_add_up_and_each_names_all_of_its_own()
    {
        _reserved.Set("a", _first, 10);
        _reserved.Set("a", _first, 15);
        _reserved.Set("b", _second, 5);
        Assert.Equal((20, 5), (_reserved.Without(null), _reserved.Without("a")));
        Assert.Equal((5, 15), (_reserved.Without("a", _first), _reserved.Without("b", _second)));
        _reserved.Admitted("a");
        // What was admitted is counted as work, however its call ends.
        _reserved.Release("a", _first, left: 15);
        Assert.Equal(5, _reserved.Without(null));
    }

    [Fact]
    public void What_a_failed_call_left_counts_until_it_is_collected()
    {
        _reserved.Set("a", _first, 10);
        _reserved.Release("a", _first, left: 4);
        _reserved.Set("b", _second, 7);
        Assert.Equal(11, _reserved.Without(null));
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(11, _reserved.Without(null));
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(0, _reserved.Without(null));
    }

    [Fact]
    public async Task Two_calls_of_a_tenant_cannot_take_the_same_room()
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 2, workers: 0);
        var usage = cluster.Grains.GetGrain<ITenantUsageGrain>("lab");
        var limits = new TenantLimits(null, 1000, null);
        var other = new WorkKey(WorkKind.Job, "lab", "two").ToString();
        Assert.Equal(600, await usage.ReserveAsync(Work, _first, 500, 600, limits));
        await RefusedAsync(() => usage.ReserveAsync(other, _second, 500, 500, limits));
        Assert.Equal(400, await usage.ReserveAsync(other, _second, 300, 500, limits));
        Assert.Equal(0, await usage.GetRoomAsync(limits));
        await usage.ReleaseAsync(other, _second, left: 0);
        await RefusedAsync(() => usage.AdmitAsync(other, new(false, 1, 500), limits));
        // Counted once: the work takes the place of what was reserved for it.
        await usage.AdmitAsync(Work, new(false, 1, 600), limits);
        Assert.Equal(400, await usage.GetRoomAsync(limits));
        await usage.ReleaseAsync(Work, _first, left: 600);
        Assert.Equal(400, await usage.GetRoomAsync(limits));
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        Assert.Equal("SAL3011", (await Assert.ThrowsAsync<SaliencyException>(call)).Code);
}
