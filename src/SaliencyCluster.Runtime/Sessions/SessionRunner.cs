using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Runs a session on one lane: buffers bound once, then one native call per micro-batch and no allocation.</summary>
internal sealed class SessionRunner : IGraphRunner, IDisposable
{
    private readonly InferenceSession _native;
    private readonly GraphKey _key;
    private readonly RunContext _context;
    private readonly Dictionary<string, TensorBuffer> _buffers;
    private readonly OrtIoBinding _binding;
    private readonly RunGuard _guard;

    public SessionRunner(InferenceSession native, ExplanationGraph graph, GraphKey key, RunContext context)
    {
        (_native, _key, _context, Graph) = (native, key, context, graph);
        _guard = new RunGuard(graph, context);
        _binding = native.CreateIoBinding();
        _buffers = native.InputMetadata.Concat(native.OutputMetadata).ToDictionary(t => t.Key, t => new TensorBuffer(t.Key, t.Value.Dimensions));
        BindInputs();
        foreach (var name in native.OutputMetadata.Keys) _binding.BindOutput(name, _buffers[name].Value);
    }

    /// <inheritdoc/>
    public ExplanationGraph Graph { get; }

    /// <inheritdoc/>
    public Span<float> Points => Buffer(GraphTensor.Point);

    /// <inheritdoc/>
    public Span<float> Multipliers => Buffer(GraphTensor.Multiplier);

    /// <inheritdoc/>
    public Span<float> Seeds => Buffer(GraphTensor.Seed);

    /// <inheritdoc/>
    public Span<float> Weights => Buffer(GraphTensor.Weight);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Scores => Buffer(GraphTensor.Score);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Partial => Buffer(GraphTensor.Partial);

    /// <inheritdoc/>
    public ReadOnlySpan<float> PartialSquared => Buffer(GraphTensor.PartialSquared);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Outputs => Buffer(GraphTensor.Output);

    /// <summary>Runs once on zeros, so that memory is planned and the first real run is as fast as the others.</summary>
    public void WarmUp() => Evaluate(CancellationToken.None);

    /// <inheritdoc/>
    public void Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Evaluate(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guard.Dispose();
        _binding.Dispose();
        foreach (var buffer in _buffers.Values) buffer.Dispose();
    }

    private void Evaluate(CancellationToken cancellation)
    {
        // Binding an input copies it to a GPU, so there it must follow every change of the buffers.
        if (!_context.SharesHostMemory) BindInputs();
        using (_guard.Watch(cancellation))
        {
            try
            {
                _native.RunWithBinding(_guard.Options, _binding);
            }
            catch (OnnxRuntimeException cause)
            {
                throw _guard.Explain(cause, cancellation);
            }
        }
    }

    private Span<float> Buffer(string name) => _buffers.TryGetValue(name, out var buffer) ? buffer.Span : default;

    private void BindInputs()
    {
        foreach (var name in _native.InputMetadata.Keys) _binding.BindInput(name, _buffers[name].Value);
        if (!_context.SharesHostMemory) _binding.SynchronizeBoundInputs();
    }
}
