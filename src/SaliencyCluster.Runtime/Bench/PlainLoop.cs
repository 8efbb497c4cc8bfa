using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>The least code that runs a graph: threads that call ONNX Runtime in a loop on fixed inputs. What a device is measured against.</summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ExplanationGraph _graph;
    private readonly int _threads;
    private readonly TimeProvider _clock;

    public PlainLoop(ExplanationGraph graph, int threads, TimeProvider clock)
    {
        (_graph, _threads, _clock) = (graph, threads, clock);
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, new DeviceOptions());
        _session = new InferenceSession(graph.Model.ToArray(), settings);
        Run(TimeSpan.Zero, CancellationToken.None);
    }

    public async Task<Slice> RunAsync(TimeSpan length, CancellationToken cancellation) => Slice.Sum(await Task.WhenAll(
        Enumerable.Range(0, _threads).Select(_ => Task.Factory.StartNew(
            () => Run(length, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))));

    public void Dispose() => _session.Dispose();

    private Slice Run(TimeSpan length, CancellationToken cancellation)
    {
        using var options = new RunOptions();
        var names = _session.InputMetadata.Keys.ToArray();
        var inputs = names.Select(name => Values(_session.InputMetadata[name].Dimensions)).ToArray();
        var outputs = _session.OutputMetadata.Keys.ToArray();
        var (started, done) = (_clock.GetTimestamp(), 0L);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            using var results = _session.Run(options, names, inputs, outputs);
            done += _graph.Spec.MicroBatch;
        }
        while (_clock.GetElapsedTime(started) < length);
        foreach (var input in inputs) input.Dispose();
        return Slice.Of(done, _clock.GetElapsedTime(started));
    }

    private static OrtValue Values(int[] dimensions)
    {
        var random = new Random(1);
        var data = new float[dimensions.Aggregate(1, (n, d) => n * d)];
        for (var i = 0; i < data.Length; i++) data[i] = random.NextSingle();
        return OrtValue.CreateTensorValueFromMemory(data, Array.ConvertAll(dimensions, d => (long)d));
    }
}
