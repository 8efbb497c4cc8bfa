using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Health;
using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>A loaded explanation graph: weights once, and buffers for every lane that runs it.</summary>
/// <remarks>Lanes run at the same time; a lane asks only for its own runner.</remarks>
internal sealed class Session : IDisposable
{
    private readonly InferenceSession _native;
    private readonly SessionRunner?[] _runners;
    private readonly RunContext _context;

    /// <summary>Loads a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="prepared">The same graph in files, where it was prepared: loaded instead of the bytes of <paramref name="graph"/>.</param>
    /// <param name="isTransient">Whether it will run a few times only: such sessions share the memory of their runs.</param>
    /// <param name="options">The device's options.</param>
    /// <param name="context">What runs have in common.</param>
    /// <exception cref="Onnx.SaliencyException">SAL4003: the native library refuses it.</exception>
    public Session(ExplanationGraph graph, PreparedGraph? prepared, bool isTransient, DeviceOptions options, RunContext context)
    {
        _context = context;
        _runners = new SessionRunner?[options.EffectiveLanes];
        Key = new GraphKey(graph.ModelHash, graph.Spec.Key);
        WeightBytes = prepared?.Bytes ?? graph.Model.Length;
        // The bytes are in the native library now; the cache of graphs decides whether they are kept here too.
        Graph = graph with { Model = default };
        IsTransient = isTransient;
        _ = OnnxRuntimeEngine.Environment;
        if (isTransient) TransientArena.Enter();
        try
        {
            using var settings = SessionSettings.Make(options.Provider, options, isTransient, graph.Spec.Precision);
            if (prepared is null)
            {
                _native = new InferenceSession(graph.BytesToLoad(), settings);
            }
            else
            {
                if (prepared.IsOptimized) settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                else ModelBytes.GiveBack();
                _native = new InferenceSession(prepared.ModelFile, settings);
            }
        }
        catch (OnnxRuntimeException cause)
        {
            if (isTransient) TransientArena.Leave();
            if (ProviderFaults.IsLost(cause.Message)) throw context.Health.Lose(ProviderFaults.Lost(context.Device, cause.Message, cause));
            throw UnsupportedNodes.IsToldIn(cause)
                ? RuntimeErrors.NotOnDevice(graph, context.Device, UnsupportedNodes.Of(graph.Model, options), cause)
                : RuntimeErrors.LoadFailed(graph, context.Device, cause);
        }
    }

    /// <summary>Gets the graph, without the bytes of the model.</summary>
    public ExplanationGraph Graph { get; }

    public GraphKey Key { get; }

    /// <summary>Gets whether it shares the memory of its runs with others that are soon done with.</summary>
    public bool IsTransient { get; }

    /// <summary>Gets or sets what it takes, as measured.</summary>
    public SessionBytes Bytes { get; set; }

    /// <summary>Gets the size of the graph, nearly all of it weights.</summary>
    public long WeightBytes { get; }

    /// <summary>Gets the runner of a lane.</summary>
    public SessionRunner RunnerOf(int lane) => _runners[lane] ??= new SessionRunner(_native, Graph, _context);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var runner in _runners) runner?.Dispose();
        _native.Dispose();
        if (IsTransient) TransientArena.Leave();
    }
}

/// <summary>What a session takes of a device's memory.</summary>
/// <param name="Loaded">Weights, and what ONNX Runtime makes of them.</param>
/// <param name="Running">Runs on all lanes at the same time.</param>
internal readonly record struct SessionBytes(long Loaded, long Running);
