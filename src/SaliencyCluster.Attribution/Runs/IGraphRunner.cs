using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Runs one compiled explanation graph; the only thing that a shard needs of a device.</summary>
/// <remarks>Not thread-safe: one runner per thread. Buffers belong to the runner and are reused by the next run.</remarks>
public interface IGraphRunner
{
    /// <summary>Gets the graph that is run.</summary>
    ExplanationGraph Graph { get; }

    /// <summary>Gets the buffer of the <c>point</c> input, <c>[B,...image]</c>.</summary>
    Span<float> Points { get; }

    /// <summary>Gets the buffer of the <c>multiplier</c> input; empty where the graph has none.</summary>
    Span<float> Multipliers { get; }

    /// <summary>Gets the buffer of the <c>output_gradient</c> input, <c>[B,...output]</c>.</summary>
    Span<float> OutputGradients { get; }

    /// <summary>Gets the buffer of the <c>weight</c> input, <c>[K,B]</c>; empty for forward-only graphs.</summary>
    Span<float> Weights { get; }

    /// <summary>Gets what points are made of, where the graph makes them itself; null where <see cref="Points"/> has them.</summary>
    IDevicePoints? DevicePoints => null;

    /// <summary>Evaluates the micro-batch in the buffers.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before or during the run.</exception>
    void Run(CancellationToken cancellation);

    /// <summary>Gets the scores of the last run, <c>[B]</c>.</summary>
    ReadOnlySpan<float> Scores { get; }

    /// <summary>Gets the weighted sum of the last run.</summary>
    ReadOnlySpan<float> Partial { get; }

    /// <summary>Gets the weighted sum of squares of the last run, where the graph has it.</summary>
    ReadOnlySpan<float> PartialSquared { get; }

    /// <summary>Gets the outputs of the last run, for forward-only graphs.</summary>
    ReadOnlySpan<float> Outputs { get; }
}
