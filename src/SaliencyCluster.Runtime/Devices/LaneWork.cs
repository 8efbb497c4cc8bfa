using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Sessions;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>Something that waits for a lane.</summary>
internal abstract class LaneWork
{
    /// <summary>Gets work that does nothing, to wake a lane.</summary>
    public static LaneWork Nothing { get; } = new Wake();

    /// <summary>Does it on the lane's thread; never throws.</summary>
    public abstract void Execute(SessionStore sessions, int lane, CancellationToken stopping);

    /// <summary>Ends it without doing it.</summary>
    public abstract void Refuse(SaliencyException reason);

    private sealed class Wake : LaneWork
    {
        public override void Execute(SessionStore sessions, int lane, CancellationToken stopping)
        {
        }

        public override void Refuse(SaliencyException reason)
        {
        }
    }
}

/// <summary>Work with a result, on the runner of one graph.</summary>
internal sealed class LaneWork<T>(
    string device, GraphSource source, Func<IGraphRunner, CancellationToken, T> work, CancellationToken cancellation) : LaneWork
{
    // Continuations on the pool: a lane's thread belongs to native code alone.
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    /// <inheritdoc/>
    public override void Execute(SessionStore sessions, int lane, CancellationToken stopping)
    {
        if (cancellation.IsCancellationRequested)
        {
            _result.TrySetCanceled(cancellation);
            return;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        try
        {
            using var session = sessions.Hold(source, lane, either.Token);
            _result.TrySetResult(work(session.Value.RunnerOf(lane), either.Token));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _result.TrySetCanceled(cancellation);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Refuse(RuntimeErrors.Stopped(device));
        }
        catch (Exception failure)
        {
            _result.TrySetException(failure);
        }
    }

    /// <inheritdoc/>
    public override void Refuse(SaliencyException reason) => _result.TrySetException(reason);
}
