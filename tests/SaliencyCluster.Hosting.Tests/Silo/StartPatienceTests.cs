using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tests.Silo;

public sealed class StartPatienceTests
{
    private static readonly SaliencyException Away = new("SAL9105", "away", "wait"), Wrong = new("SAL9106", "wrong", "correct");
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Fact]
    public async Task What_comes_up_within_the_time_is_used()
    {
        var calls = 0;
        var waiting = Patience(60).UntilAsync("store", () => ++calls < 4 ? throw Away : Task.CompletedTask, e => e.Code == Away.Code);
        // Pauses of 0.5, 1 and 2 s.
        foreach (var seconds in new[] { 0.5, 1, 2 })
        {
            Assert.False(waiting.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        await waiting.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task A_mistake_is_not_waited_out() =>
        Assert.Same(Wrong, await Assert.ThrowsAsync<SaliencyException>(() => Patience(60).UntilAsync("store", () => throw Wrong, e => e.Code == Away.Code)));

    [Fact]
    public async Task At_the_end_of_the_time_the_error_is_the_last_one() =>
        Assert.Same(Away, await Assert.ThrowsAsync<SaliencyException>(() => Patience(0).UntilAsync("store", () => throw Away, e => e.Code == Away.Code)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_that_is_cancelled_waits_neither_for_the_next_attempt_nor_for_the_end_of_one(bool isWithinAttempt)
    {
        using var start = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Task.Run(
            () => new StartPatience(TimeSpan.FromHours(1), _time, NullLogger<StartPatience>.Instance, start.Token).Until(
                "store",
                () =>
                {
                    asked.TrySetResult();
                    return isWithinAttempt ? new TaskCompletionSource().Task : throw Away;
                },
                e => e.Code == Away.Code),
            TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await start.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private StartPatience Patience(double seconds) => new(TimeSpan.FromSeconds(seconds), _time, NullLogger<StartPatience>.Instance);
}
