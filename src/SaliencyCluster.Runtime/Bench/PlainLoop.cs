using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>The least code that runs a graph: threads that call ONNX Runtime in a loop on fixed inputs. What a device is measured against.</summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly InferenceSession _session;
    private readonly BoundLoop[] _threads;
    private readonly int _points;
    private readonly TimeProvider _clock;

    public PlainLoop(ReadOnlySpan<byte> model, int points, int threads, TimeProvider clock, Precision precision = Precision.Float32)
    {
        (_points, _clock) = (points, clock);
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, new DeviceOptions(), precision: precision);
        _session = new InferenceSession(model.ToArray(), settings);
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new BoundLoop(_session))];
        _threads[0].Run();
    }

    /// <summary>Runs on all threads at once.</summary>
    public Task<Slice> RunAsync(TimeSpan length, CancellationToken cancellation) =>
        Pumps.OnThreadsAsync(_clock, _threads.Length, length, _points, i => _threads[i].Run, cancellation);

    public void Dispose()
    {
        foreach (var thread in _threads) thread.Dispose();
        _session.Dispose();
    }
}
