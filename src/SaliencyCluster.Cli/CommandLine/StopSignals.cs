using System.Runtime.InteropServices;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>
/// SIGINT (Ctrl+C) and SIGTERM: the first cancels the command's token, so that it ends in good order; a second one, or a command that does
/// not end in its time, ends it as it is.
/// </summary>
/// <remarks>The command runs on the pool: one that computes before its first await would keep the signal from being heard.</remarks>
internal sealed class StopSignals : IDisposable
{
    private readonly TimeSpan _stopTime;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<int> _forced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;
    private int _count;
    private ITimer? _timer;

    public StopSignals(TimeSpan stopTime, TimeProvider clock, CancellationToken cancellation)
    {
        (_stopTime, _clock) = (stopTime, clock);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Hear))];
    }

    /// <summary>Runs the command to its end, or until it is given up.</summary>
    /// <returns>Its exit code; 130 after SIGINT and 143 after SIGTERM where it was given up, as shells say it.</returns>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        var running = Task.Run(() => command(_stop.Token), CancellationToken.None);
        return await await Task.WhenAny(running, _forced.Task);
    }

    /// <summary>Takes note of a signal.</summary>
    internal void Hear(PosixSignal signal)
    {
        var code = signal == PosixSignal.SIGINT ? 130 : 143;
        if (Interlocked.Increment(ref _count) > 1)
        {
            _forced.TrySetResult(code);
            return;
        }
        _timer = _clock.CreateTimer(_ => _forced.TrySetResult(code), null, _stopTime, Timeout.InfiniteTimeSpan);
        _ = _stop.CancelAsync();
    }

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _timer?.Dispose();
        _stop.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        Hear(context.Signal);
    }
}
