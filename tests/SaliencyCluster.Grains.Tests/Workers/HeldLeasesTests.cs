using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Workers;

namespace SaliencyCluster.Grains.Tests.Workers;

public sealed class HeldLeasesTests
{
    private readonly HeldLeases _held = new(lanes: 2);

    [Theory]
    [InlineData(0.5, 4)]
    [InlineData(0.02, 10)]
    [InlineData(0.0001, 32)]
    public void A_worker_holds_more_shards_where_they_are_short_and_never_more_than_sixteen_for_a_lane(double laneSeconds, int wanted)
    {
        Assert.Equal(4, _held.Wanted);
        var lease = Take();
        // Three shards side by side on two lanes.
        _held.End(new(lease.Id, LeaseEnding.Done, Seconds: laneSeconds * 3, DeviceSeconds: laneSeconds * 3 / 2));
        Assert.Equal(wanted, _held.Wanted);
    }

    [Fact]
    public void What_is_done_although_it_was_dropped_is_reported()
    {
        // The sum ended the image, and the queue was asked about the lease before the worker knew that the sum had arrived.
        var lease = Take();
        _held.Drop([lease.Id]);
        LeaseEnd done = new(lease.Id, LeaseEnding.Done, Seconds: 1, DeviceSeconds: 1);
        _held.End(done);
        Assert.Equal([done], _held.Snapshot().Ended);
        Assert.Empty(_held.Snapshot().Holds);
    }

    [Fact]
    public void What_fails_after_it_was_dropped_is_not_reported()
    {
        var lease = Take();
        _held.Drop([lease.Id]);
        _held.End(new(lease.Id, LeaseEnding.Failed));
        Assert.Empty(_held.Snapshot().Ended);
    }

    private Lease Take()
    {
        var lease = new Lease(Guid.NewGuid(), "t/j/0", 1, new(0, 3), 10, "m", 1);
        _held.Add(lease, CancellationToken.None);
        return lease;
    }
}
