using SaliencyCluster.Imaging;

namespace SaliencyCluster.Attribution.Tests.Images;

public sealed class ImageMemoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_get_room_in_the_order_in_which_they_came_urgent_ones_first()
    {
        var memory = new ImageMemory(100);
        var first = await memory.ReserveAsync(60, urgent: false, Cancellation);
        var (large, small, urgent) = (memory.ReserveAsync(50, false, Cancellation), memory.ReserveAsync(10, false, Cancellation), memory.ReserveAsync(90, true, Cancellation));
        // The small one would fit, but then the large one would wait for ever.
        Assert.False(large.IsCompleted || small.IsCompleted || urgent.IsCompleted);
        Assert.True(memory.IsShort);
        first.Dispose();
        (await urgent).Dispose();
        await Task.WhenAll(large, small);
        Assert.Equal((60, 90, false), (memory.Used, memory.Peak, memory.IsShort));
    }

    [Fact]
    public async Task An_image_that_is_larger_than_everything_runs_alone()
    {
        var memory = new ImageMemory(100);
        var huge = await memory.ReserveAsync(1_000, false, Cancellation);
        var next = memory.ReserveAsync(1, false, Cancellation);
        Assert.False(next.IsCompleted);
        huge.Dispose();
        huge.Dispose();
        await next;
        Assert.Equal(1, memory.Used);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nothing_and_lets_the_next_one_go()
    {
        var memory = new ImageMemory(100);
        var first = await memory.ReserveAsync(60, false, Cancellation);
        using var stop = new CancellationTokenSource();
        var (large, small) = (memory.ReserveAsync(90, false, stop.Token), memory.ReserveAsync(40, false, Cancellation));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(100, memory.Used);
        first.Dispose();
        Assert.Equal(40, memory.Used);
    }
}
