using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Caching;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>The loaded sessions of one device within its memory budget.</summary>
internal sealed class SessionStore : IDisposable
{
    // Before anything is measured: ONNX Runtime keeps most weights a second time in the layout of its kernels, and
    // forward and backward of a usual convolutional network hold some 64 times the image.
    private const int WeightCopies = 2, ImagesPerPoint = 64;

    private readonly DeviceOptions _options;
    private readonly RunContext _context;
    private readonly GraphCache _graphs;
    private readonly BudgetedCache<GraphKey, Session> _sessions;
    private readonly PassingModels _passing = new();

    public SessionStore(DeviceOptions options, RunContext context)
    {
        (_options, _context) = (options, context);
        _graphs = new GraphCache((long)options.GraphCacheMegabytes << 20);
        _sessions = new BudgetedCache<GraphKey, Session>(options.MemoryBudgetBytes, Unload);
    }

    /// <summary>Gets the hashes of the models that sessions are loaded of.</summary>
    public IReadOnlyCollection<string> Models => [.. _sessions.Keys.Select(k => k.ModelHash).Distinct()];

    /// <summary>Gets the bytes that loaded sessions are thought to take.</summary>
    public long Bytes => _sessions.Cost;

    /// <summary>Holds a session until the lease is disposed, compiling and loading it on this thread where needed.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL1xxx the graph cannot be compiled, SAL4003 or SAL4004 it cannot be loaded.</exception>
    public CacheLease<GraphKey, Session> Hold(GraphSource source, int lane, CancellationToken cancellation)
    {
        if (source.Passing && _passing.Use(source.ModelHash) is { } done) _sessions.Drop(key => key.ModelHash == done);
        if (_sessions.TryHold(source.Key, cancellation) is { } held) return held;
        var graph = _graphs.Get(source);
        var estimate = Estimate(graph);
        long measured = 0;
        var lease = _sessions.Hold(
            source.Key, estimate, () => Load(graph, lane, out measured),
            () => RuntimeErrors.OverBudget(graph.ModelHash, estimate, _options.MemoryBudgetBytes), cancellation);
        if (measured > 0) lease.SetCost(measured);
        return lease;
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.Clear();

    private Session Load(ExplanationGraph graph, int lane, out long measured)
    {
        var started = _context.Clock.GetTimestamp();
        var before = Environment.WorkingSet;
        var session = new Session(graph, _options, _context);
        try
        {
            var loaded = Environment.WorkingSet;
            session.RunnerOf(lane).WarmUp();
            var perLane = Environment.WorkingSet - loaded;
            // The process gives memory back while it loads, so what it grows by is only a lower bound together with the weights.
            measured = Math.Max(loaded - before, session.WeightBytes) + Math.Max(perLane, 0) * _options.EffectiveLanes;
        }
        catch
        {
            session.Dispose();
            throw;
        }
        var elapsed = _context.Clock.GetElapsedTime(started);
        DeviceMetrics.ModelLoaded(_context.Device, elapsed);
        _context.Logger.SessionLoaded(graph.ModelHash, graph.Spec.MicroBatch, _context.Device, elapsed.TotalSeconds, measured >> 20);
        return session;
    }

    private void Unload(GraphKey key, Session session)
    {
        _context.Logger.SessionUnloaded(key.ModelHash, _context.Device);
        session.Dispose();
    }

    private static long Estimate(ExplanationGraph graph)
    {
        var image = graph.Spec.ImageShape.Aggregate((long)sizeof(float), (n, d) => n * d);
        return graph.Model.Length * (long)WeightCopies + image * graph.Spec.MicroBatch * ImagesPerPoint;
    }
}
