using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Runtime.Tests.Health;

/// <summary>A proof that ends as it is told, when it is told.</summary>
internal sealed class ScriptedProof : IProviderProof
{
    private readonly ManualResetEventSlim _mayEnd = new(initialState: true);
    private int _runs;

    public SaliencyException? Fault { get; set; }

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Lets every further run wait until <see cref="Release"/>.</summary>
    public void Hold() => _mayEnd.Reset();

    public void Release() => _mayEnd.Set();

    public void Run()
    {
        Interlocked.Increment(ref _runs);
        _mayEnd.Wait();
        if (Fault is not null) throw Fault;
    }

    public void Dispose() => _mayEnd.Dispose();
}
