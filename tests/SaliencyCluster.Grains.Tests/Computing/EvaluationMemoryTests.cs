using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Computing;

public sealed class EvaluationMemoryTests
{
    private readonly EvaluationMemory _memory = new(100);

    [Fact]
    public void A_tenant_has_half_and_all_together_have_all()
    {
        Assert.Equal(50, _memory.Share);
        var first = _memory.TryReserve("a", 30);
        Assert.NotNull(first);
        Assert.Null(_memory.TryReserve("a", 21));
        Assert.NotNull(_memory.TryReserve("a", 20));
        Assert.NotNull(_memory.TryReserve("b", 50));
        Assert.Null(_memory.TryReserve("c", 1));
        first.Dispose();
        first.Dispose();
        Assert.Null(_memory.TryReserve("c", 31));
        Assert.NotNull(_memory.TryReserve("c", 30));
    }

    [Fact]
    public async Task One_that_was_accepted_before_waits_and_is_not_overtaken()
    {
        var running = _memory.TryReserve("a", 50);
        var other = _memory.TryReserve("b", 40);
        var waits = _memory.ReserveAsync("c", 60, Test.Token);
        Assert.False(waits.IsCompleted);
        Assert.Null(_memory.TryReserve("d", 5));
        running!.Dispose();
        (await waits).Dispose();
        Assert.NotNull(_memory.TryReserve("d", 5));
        other!.Dispose();
    }

    [Fact]
    public async Task One_that_is_larger_than_everything_runs_alone()
    {
        var running = _memory.TryReserve("a", 10);
        var waits = _memory.ReserveAsync("b", 1000, Test.Token);
        Assert.False(waits.IsCompleted);
        running!.Dispose();
        var alone = await waits;
        Assert.Null(_memory.TryReserve("a", 1));
        alone.Dispose();
        Assert.NotNull(_memory.TryReserve("a", 50));
    }
}
