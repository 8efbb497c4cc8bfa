using SaliencyCluster.Dashboard.Workers;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Workers;

public sealed class DeviceStateTests
{
    [Theory]
    [InlineData(null, false, 0, "dead")]
    [InlineData(null, true, 2, "dead")]
    [InlineData("Dead", false, 1, "dead")]
    [InlineData("Active", true, 1, "draining")]
    [InlineData("ShuttingDown", true, 1, "draining")]
    [InlineData("ShuttingDown", true, 0, "stopping")]
    [InlineData("Stopping", false, 0, "stopping")]
    [InlineData("Active", true, 0, "drained")]
    [InlineData("Active", false, 1, "running")]
    [InlineData("Active", false, 0, "idle")]
    [InlineData("Joining", false, 0, "joining")]
    public void A_device_that_takes_no_work_is_told_from_one_that_has_none(string? silo, bool draining, int leases, string state) =>
        Assert.Equal(state, Of(silo, draining, leases).Name);

    [Fact]
    public void States_are_counted_the_most_frequent_first() =>
        Assert.Equal("2 idle, 1 drained, 1 running", DeviceState.Count(
            [Of("Active", false, 1), Of("Active", false, 0), Of("Active", true, 0), Of("Active", false, 0)]));

    private static DeviceState Of(string? silo, bool draining, int leases) =>
        DeviceState.Of(new Device { Draining = draining, Leases = leases }, silo is null ? null : new Silo { Status = silo });
}
