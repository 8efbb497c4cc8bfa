using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Runs a session on one lane: buffers bound once, then one native call per micro-batch and no allocation.</summary>
internal sealed class SessionRunner : IGraphRunner, IDisposable
{
    private readonly RunContext _context;
    private readonly GraphBinding _binding;
    private readonly DevicePointRunner? _points;

    public SessionRunner(InferenceSession native, ExplanationGraph graph, RunContext context)
    {
        (_context, Graph) = (context, graph);
        _binding = new GraphBinding(native, graph, context);
        _binding.BindInputs();
        _binding.BindOutputs();
        if (graph.Spec.Points is not null) _points = new DevicePointRunner(_binding, context);
    }

    /// <inheritdoc/>
    public ExplanationGraph Graph { get; }

    /// <inheritdoc/>
    public Span<float> Points => Buffer(GraphTensor.Point);

    /// <inheritdoc/>
    public Span<float> Multipliers => Buffer(GraphTensor.Multiplier);

    /// <inheritdoc/>
    public Span<float> OutputGradients => Buffer(GraphTensor.OutputGradient);

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

    /// <inheritdoc/>
    public IDevicePoints? DevicePoints => _points;

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
        _points?.Dispose();
        _binding.Dispose();
    }

    private void Evaluate(CancellationToken cancellation)
    {
        if (_points is not null) _binding.BindOutputs();
        // Binding an input copies it to a GPU, so there it must follow every change of the buffers.
        if (!_context.SharesHostMemory) _binding.BindInputs();
        _context.Transfers.Add(_binding.InputBytes + _binding.OutputBytes);
        _binding.Run(cancellation);
    }

    private Span<float> Buffer(string name) => _binding.Of<float>(name);
}
