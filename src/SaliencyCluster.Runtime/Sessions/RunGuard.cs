using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Ends a native run when its caller cancels or its time is over, and says afterwards why it ended.</summary>
/// <remarks>ONNX Runtime looks at the flag between two nodes of the graph.</remarks>
internal sealed class RunGuard : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly ExplanationGraph _graph;
    private readonly RunContext _context;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private CancellationTokenRegistration _registration;
    private long _started;
    private bool _running;
    private bool _timedOut;

    public RunGuard(ExplanationGraph graph, RunContext context)
    {
        (_graph, _context) = (graph, context);
        _timer = context.Clock.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the options that every run of this guard must use.</summary>
    public RunOptions Options { get; } = new();

    /// <summary>Watches one run, until the result is disposed.</summary>
    public Watching Watch(CancellationToken cancellation)
    {
        lock (_gate)
        {
            (_running, _timedOut, _started) = (true, false, _context.Clock.GetTimestamp());
            if (Options.Terminate) Options.Terminate = false;
        }
        _timer.Change(_context.Timeout, Timeout.InfiniteTimeSpan);
        _registration = cancellation.UnsafeRegister(static guard => ((RunGuard)guard!).Options.Terminate = true, this);
        return new Watching(this);
    }

    /// <summary>Makes the error that the caller should see.</summary>
    public Exception Explain(OnnxRuntimeException cause, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return new OperationCanceledException("The run was cancelled.", cause, cancellation);
        if (_timedOut) return RuntimeErrors.RunTimedOut(_graph, _context.Device, _context.Timeout);
        if (ProviderFaults.IsLost(cause.Message)) return _context.Health.Lose(ProviderFaults.Lost(_context.Device, cause.Message, cause));
        return !_context.SharesHostMemory && IsOutOfMemory(cause)
            ? RuntimeErrors.OutOfDeviceMemory(_graph, _context.Device, cause)
            : RuntimeErrors.RunFailed(_graph, _context.Device, cause);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        Options.Dispose();
    }

    // ONNX Runtime has no code of its own for this: its arena and CUDA say it in words.
    private static bool IsOutOfMemory(OnnxRuntimeException cause) =>
        cause.Message.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase) ||
        cause.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private void Expire()
    {
        lock (_gate)
        {
            // A timer that was late for an earlier run must not end this one.
            if (!_running || _context.Clock.GetElapsedTime(_started) < _context.Timeout) return;
            if (_timedOut)
            {
                // Inside one node nothing is heard of the flag.
                if (_context.Clock.GetElapsedTime(_started) < _context.Timeout + Grace)
                {
                    _timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
                    return;
                }
                var error = RuntimeErrors.Stuck(_graph, _context.Device, _context.Timeout, Grace);
                _context.Health.Hang(new(_graph.ModelHash, _graph.Spec.Key, error.What), error);
                return;
            }
            _timedOut = true;
            Options.Terminate = true;
            _timer.Change(Grace, Timeout.InfiniteTimeSpan);
        }
        _context.Logger.RunTimedOut(_graph.ModelHash, _context.Device, _context.Timeout);
    }

    private void End()
    {
        _registration.Dispose();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate) _running = false;
    }

    internal readonly struct Watching(RunGuard guard) : IDisposable
    {
        public void Dispose() => guard.End();
    }
}
