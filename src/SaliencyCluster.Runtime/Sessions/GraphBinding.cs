using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>The buffers of one lane for one session, and what is bound to its inputs and outputs.</summary>
internal sealed class GraphBinding : IDisposable
{
    private readonly InferenceSession _native;
    private readonly RunContext _context;
    private readonly Dictionary<string, TensorBuffer> _buffers;
    private readonly OrtIoBinding _binding;
    private readonly RunGuard _guard;

    public GraphBinding(InferenceSession native, ExplanationGraph graph, RunContext context)
    {
        (_native, _context) = (native, context);
        _guard = new RunGuard(graph, context);
        _binding = native.CreateIoBinding();
        _buffers = native.InputMetadata.Concat(native.OutputMetadata)
            .ToDictionary(t => t.Key, t => new TensorBuffer(t.Key, t.Value.ElementDataType, t.Value.Dimensions));
        InputBytes = native.InputMetadata.Keys.Sum(name => (long)_buffers[name].Bytes);
        OutputBytes = native.OutputMetadata.Keys.Sum(name => (long)_buffers[name].Bytes);
    }

    /// <summary>Gets the bytes of all inputs.</summary>
    public long InputBytes { get; }

    /// <summary>Gets the bytes of all outputs.</summary>
    public long OutputBytes { get; }

    /// <summary>Gets the names of the inputs.</summary>
    public IEnumerable<string> Inputs => _native.InputMetadata.Keys;

    /// <summary>Gets the buffer of an input or output; null where the graph has none of that name.</summary>
    public TensorBuffer? this[string name] => _buffers.GetValueOrDefault(name);

    /// <summary>Gets the contents of a buffer; empty where the graph has none of that name.</summary>
    public Span<T> Of<T>(string name) where T : struct => _buffers.TryGetValue(name, out var buffer) ? buffer.Of<T>() : default;

    /// <summary>Gives all inputs to the device.</summary>
    public void BindInputs() => BindInputs(_native.InputMetadata.Keys);

    /// <summary>Gives some inputs to the device: a GPU gets a copy, which stays until the input is bound again.</summary>
    public void BindInputs(IEnumerable<string> names)
    {
        foreach (var name in names) _binding.BindInput(name, _buffers[name].Value);
        if (!_context.SharesHostMemory) _binding.SynchronizeBoundInputs();
    }

    /// <summary>Lets all outputs come back into their buffers.</summary>
    public void BindOutputs()
    {
        foreach (var name in _native.OutputMetadata.Keys) BindOutput(name);
    }

    /// <summary>Lets an output be written elsewhere, by default into its buffer.</summary>
    public void BindOutput(string name, OrtValue? value = null) => _binding.BindOutput(name, value ?? _buffers[name].Value);

    /// <summary>Runs what is bound.</summary>
    public void Run(CancellationToken cancellation)
    {
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _guard.Dispose();
        _binding.Dispose();
        foreach (var buffer in _buffers.Values) buffer.Dispose();
    }
}
