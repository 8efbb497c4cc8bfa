using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Tests.CommandLine;

public sealed class StopSignalsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_that_heeds_its_token_ends_with_its_own_exit_code()
    {
        using var signals = Signals();
        var running = signals.RunAsync(async stop =>
        {
            stop.Register(_told.SetResult);
            await _told.Task;
            return 4;
        });
        signals.Hear(PosixSignal.SIGTERM);
        Assert.Equal(4, await running.WaitAsync(Cancellation));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task A_command_that_does_not_end_is_given_up_after_its_time(PosixSignal signal, int exit)
    {
        using var signals = Signals();
        var running = signals.RunAsync(NeverAsync);
        signals.Hear(signal);
        await _told.Task.WaitAsync(Cancellation);
        Assert.False(running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(exit, await running.WaitAsync(Cancellation));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-0.001)]
    public async Task A_second_signal_does_not_wait(double seconds)
    {
        using var signals = new StopSignals(TimeSpan.FromSeconds(seconds), _clock, CancellationToken.None);
        var running = signals.RunAsync(NeverAsync);
        signals.Hear(PosixSignal.SIGINT);
        await _told.Task.WaitAsync(Cancellation);
        Assert.False(running.IsCompleted);
        signals.Hear(PosixSignal.SIGINT);
        Assert.Equal(130, await running.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task A_command_that_computes_before_its_first_await_hears_the_signal()
    {
        using var signals = Signals();
        using var begun = new ManualResetEventSlim();
        var running = signals.RunAsync(stop =>
        {
            begun.Set();
            stop.WaitHandle.WaitOne();
            return Task.FromResult(7);
        });
        begun.Wait(Cancellation);
        signals.Hear(PosixSignal.SIGTERM);
        Assert.Equal(7, await running.WaitAsync(Cancellation));
    }

    private StopSignals Signals() => new(TimeSpan.FromSeconds(30), _clock, CancellationToken.None);

    private Task<int> NeverAsync(CancellationToken stop)
    {
        stop.Register(_told.SetResult);
        return new TaskCompletionSource<int>().Task;
    }
}
