using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class TenantPlacesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_callers_of_a_tenant_wait_the_next_tenant_waits_for_one_of_them()
    {
        var places = new TenantPlaces(1, isShared: true);
        var held = await places.EnterAsync("loud", Cancellation);
        var loud = Enumerable.Range(0, 5).Select(_ => places.EnterAsync("loud", Cancellation)).ToArray();
        var quiet = places.EnterAsync("quiet", Cancellation);
        held.Dispose();
        held.Dispose();
        (await loud[0]).Dispose();
        (await quiet).Dispose();
        for (var i = 1; i < 5; i++) (await loud[i]).Dispose();
        Assert.Equal(0, places.Waiting);
    }

    [Fact]
    public async Task One_tenant_leaves_half_of_the_places_to_others()
    {
        var places = new TenantPlaces(4, isShared: true);
        var own = Enumerable.Range(0, 3).Select(_ => places.EnterAsync("a", Cancellation)).ToArray();
        Assert.Equal([true, true, false], own.Select(o => o.IsCompleted));
        Assert.True(places.EnterAsync("b", Cancellation).IsCompleted);
        (await own[0]).Dispose();
        await own[2];
        Assert.Equal(0, places.Waiting);
    }

    [Fact]
    public async Task Without_keys_the_one_tenant_has_all_places()
    {
        var places = new TenantPlaces(2, isShared: false);
        await places.EnterAsync("default", Cancellation);
        await places.EnterAsync("default", Cancellation);
        Assert.False(places.EnterAsync("default", Cancellation).IsCompleted);
    }

    [Fact]
    public async Task One_who_waits_no_longer_takes_no_place_and_leaves_nothing()
    {
        var places = new TenantPlaces(1, isShared: true);
        var held = await places.EnterAsync("a", Cancellation);
        using var gone = new CancellationTokenSource();
        var waits = places.EnterAsync("b", gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.Equal(0, places.Waiting);
        held.Dispose();
        Assert.True(places.EnterAsync("c", Cancellation).IsCompleted);
    }
}
