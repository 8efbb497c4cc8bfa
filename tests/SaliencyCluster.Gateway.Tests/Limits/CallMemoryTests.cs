using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class CallMemoryTests
{
    // The largest body is 2 MiB and 4 bytes.
    private static readonly GatewayLimits Limits = new() { MaxImageBytes = 2, MaxCallBytes = 6 << 20 };

    [Fact]
    public void A_tenant_has_half_of_the_memory_and_all_together_no_more_than_there_is()
    {
        var memory = new CallMemory(Limits, isShared: true);
        var (own, second, other, last) = (memory.Begin("a"), memory.Begin("a"), memory.Begin("b"), memory.Begin("c"));
        own.Take(2 << 20);
        second.Take(1 << 20);
        Assert.Null(second.Refusal);
        var error = Assert.Throws<RetryLaterException>(() => second.Take(1));
        Assert.Equal(("SAL2623", TimeSpan.FromSeconds(5)), (error.Code, error.After));
        Assert.Equal("The gateway has not enough free memory for this call now. What its caller sends at once has more than 3145728 bytes.",
            error.What);
        Assert.Same(error, second.Refusal);
        other.Take(3 << 20);
        Assert.EndsWith("What all callers send at once has more than 6291456 bytes.",
            Assert.Throws<RetryLaterException>(() => last.Take(1)).What, StringComparison.Ordinal);
        own.Release();
        last.Take(1);
        second.Take(1);
        foreach (var room in new[] { own, second, other, last }) room.Dispose();
        last.Take(3 << 20);
    }

    [Fact]
    public void A_tenant_has_room_for_the_largest_body_however_little_memory_there_is()
    {
        var memory = new CallMemory(Limits with { MaxCallBytes = 3 << 20 }, isShared: true);
        memory.Begin("a").Take((2 << 20) + 4);
    }

    [Fact]
    public void Where_nobody_else_can_call_one_has_all()
    {
        var memory = new CallMemory(Limits, isShared: false);
        memory.Begin("a").Take(6 << 20);
    }
}
