using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Caching;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Prepared;
using SaliencyCluster.Runtime.Trials;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>The loaded sessions of one device within its memory budget.</summary>
internal sealed class SessionStore : IDisposable
{
    // Before anything is measured: ONNX Runtime keeps most weights a second time in the layout of its kernels.
    private const int WeightCopies = 2;

    private readonly DeviceOptions _options;
    private readonly RunContext _context;
    private readonly GraphCache _graphs;
    private readonly BudgetedCache<GraphKey, Session> _sessions;
    private readonly TransientModels _transient = new();
    private readonly PreparedFolder? _prepared;
    private readonly TrialProcess? _trials;
    private readonly Lazy<string> _versions;

    public SessionStore(DeviceOptions options, RunContext context, TrialProcess? trials = null)
    {
        (_options, _context, _trials) = (options, context, trials);
        _versions = new(() => PreparedFolder.Versions(options));
        _prepared = PreparedFolder.Of(options, context.Clock, context.Logger);
        _graphs = new GraphCache((long)options.GraphCacheMegabytes << 20);
        _sessions = new BudgetedCache<GraphKey, Session>(options.MemoryBudgetBytes, Unload);
    }

    /// <summary>Gets the hashes of the models that sessions are loaded of.</summary>
    public IReadOnlyCollection<string> Models => [.. _sessions.Keys.Select(k => k.ModelHash).Distinct()];

    /// <summary>Gets the bytes that loaded sessions are thought to take.</summary>
    public long Bytes => _sessions.Cost;

    /// <summary>Gets whether a session is loaded of a graph.</summary>
    public bool IsLoaded(GraphKey key) => _sessions.Peek(key) is not null;

    /// <summary>Names a graph of any model, and the versions of what makes and runs it.</summary>
    public string NameOf(string specKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{specKey}\n{_versions.Value}")).AsSpan(0, 16));

    /// <summary>Makes the graph ready to be loaded: finds it on disk, or compiles it, on this thread; one that is untried is
    /// tried.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL1xxx the graph cannot be compiled. SAL4004, SAL4020 it takes too much. SAL4022 it
    /// ended the process that tried it, SAL4003 it cannot be loaded or run.</exception>
    public GraphSource Ready(GraphSource source)
    {
        var found = Find(source);
        if (_trials is not null && source.IsUntried) return Tried(source, found, _trials);
        if (found is not null) return source with { Prepared = found };
        var graph = _graphs.Get(source);
        return Make(graph, source) is { } made ? source with { Prepared = made } : source with { Compile = () => graph };
    }

    /// <summary>Finds a graph on disk that has room beside all that is loaded; null where there is none, or none has room.</summary>
    public GraphSource? WithRoom(GraphSource source) =>
        Find(source) is { } found && Bytes + Estimate(found.Graph, found.Bytes) <= _options.MemoryBudgetBytes
            ? source with { Prepared = found } : null;

    /// <summary>Holds a session until the lease is disposed, compiling and loading it on this thread where needed.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL1xxx the graph cannot be compiled, SAL4003 or SAL4004 it cannot be loaded.</exception>
    public CacheLease<GraphKey, Session> Hold(GraphSource source, int lane, CancellationToken cancellation)
    {
        if (source.DerivedFrom is not null && _transient.Use(source.ModelHash) is { } done) _sessions.Drop(key => key.ModelHash == done);
        if (_sessions.TryHold(source.Key, cancellation) is { } held) return held;
        var graph = Compiled(source, out var estimate);
        var lease = _sessions.Hold(
            source.Key, estimate, () => Load(graph, source, lane),
            () => RuntimeErrors.OverBudget(source.ModelHash, estimate, _options.MemoryBudgetBytes), cancellation);
        var (bytes, isTransient) = (lease.Value.Bytes, lease.Value.IsTransient);
        lease.SetCost(isTransient ? bytes.Loaded : bytes.Loaded + bytes.Running, isTransient ? bytes.Running : 0);
        return lease;
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.Clear();

    // What is kept on disk is made by the trial itself, so that nothing that is untried is optimised here.
    private GraphSource Tried(GraphSource source, PreparedGraph? found, TrialProcess trials)
    {
        var graph = found?.Graph ?? _graphs.Get(source);
        CheckTime(graph);
        var estimate = Estimate(graph, found?.Bytes ?? graph.Model.Length);
        if (estimate > _options.MemoryBudgetBytes) throw RuntimeErrors.OverBudget(graph.ModelHash, estimate, _options.MemoryBudgetBytes);
        if (found is not null)
        {
            trials.Run(graph, found.ModelFile, found.IsOptimized ? TrialCommand.Optimized : "");
            return source with { Prepared = found };
        }
        var isTried = false;
        var made = source.DerivedFrom is not null ? null : _prepared?.Make(graph, (g, folder, optimize) =>
        {
            if (optimize) trials.Run(g, folder, keep: true);
            else trials.Run(g, Path.Combine(folder, PreparedEntry.Model), "");
            isTried = true;
        });
        if (!isTried)
        {
            var folder = Directory.CreateTempSubdirectory("saliency-trial-");
            try
            {
                trials.Run(graph, folder.FullName, keep: false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        if (made is null) return source with { Compile = () => graph };
        _graphs.Forget(source.Key);
        return source with { Prepared = made };
    }

    // Of a derived model nothing is kept on disk: it is soon done with, and there are many.
    private PreparedGraph? Find(GraphSource source) => source.Prepared ?? (source.DerivedFrom is null ? _prepared?.Find(source.Key, source.Spec) : null);

    private PreparedGraph? Make(ExplanationGraph graph, GraphSource source)
    {
        if (_prepared is null || source.DerivedFrom is not null || _prepared.Make(graph) is not { } made) return null;
        // From now on it is on disk.
        _graphs.Forget(source.Key);
        return made;
    }

    private Session Open(ExplanationGraph graph, PreparedGraph? prepared, GraphSource source, bool isTransient)
    {
        if (prepared is null) return new Session(graph, null, isTransient, _options, _context);
        try
        {
            return new Session(graph, prepared, isTransient, _options, _context);
        }
        catch (SaliencyException)
        {
            // It was taken away or damaged since it was checked: the graph itself may be as good as ever.
            _prepared!.Remove(source.Key);
            return new Session(graph.Model.IsEmpty ? _graphs.Get(source) : graph, null, isTransient, _options, _context);
        }
    }

    // In a box, so that nobody holds on to the bytes of a graph that has come to lie on disk while ONNX Runtime loads it.
    private StrongBox<(ExplanationGraph Graph, PreparedGraph? Prepared)> Compiled(GraphSource source, out long estimate)
    {
        var found = Find(source);
        var graph = found?.Graph ?? _graphs.Get(source);
        CheckTime(graph);
        estimate = Estimate(graph, found?.Bytes ?? graph.Model.Length);
        return new((graph, found));
    }

    private PreparedGraph? Prepared(StrongBox<(ExplanationGraph Graph, PreparedGraph? Prepared)> compiled, GraphSource source)
    {
        if (compiled.Value.Prepared is null && Make(compiled.Value.Graph, source) is { } made) compiled.Value = (made.Graph, made);
        return compiled.Value.Prepared;
    }

    private Session Load(StrongBox<(ExplanationGraph Graph, PreparedGraph? Prepared)> compiled, GraphSource source, int lane)
    {
        var started = _context.Clock.GetTimestamp();
        var before = Environment.WorkingSet;
        // On a GPU memory is the provider's own affair.
        var isTransient = source.DerivedFrom is not null && _options.Provider == ExecutionProvider.Cpu;
        var prepared = Prepared(compiled, source);
        var session = Open(compiled.Value.Graph, prepared, source, isTransient);
        try
        {
            // The model that a derived one comes from has the same shapes, so what that took need not be measured again.
            var original = source.DerivedFrom is { } hash ? _sessions.Peek(source.Key with { ModelHash = hash }) : null;
            session.Bytes = original?.Bytes ?? Measure(session, lane, before);
        }
        catch
        {
            session.Dispose();
            throw;
        }
        var elapsed = _context.Clock.GetElapsedTime(started);
        DeviceMetrics.ModelLoaded(_context.Device, elapsed);
        _context.Logger.SessionLoaded(source.ModelHash, source.Spec.MicroBatch, _context.Device,
            elapsed.TotalSeconds, session.Bytes.Loaded + session.Bytes.Running >> 20);
        return session;
    }

    private SessionBytes Measure(Session session, int lane, long before)
    {
        var loaded = Environment.WorkingSet;
        session.RunnerOf(lane).WarmUp();
        var perLane = Environment.WorkingSet - loaded;
        // The process gives memory back while it loads, so what it grows by is only a lower bound together with the weights.
        return new(Math.Max(loaded - before, session.WeightBytes), Math.Max(perLane, 0) * _options.EffectiveLanes);
    }

    private void Unload(GraphKey key, Session session)
    {
        _context.Logger.SessionUnloaded(key.ModelHash, _context.Device);
        session.Dispose();
    }

    // One lane's run: what all of them take together is measured once it is loaded.
    private static long Estimate(ExplanationGraph graph, long weightBytes) => weightBytes * WeightCopies + graph.FoldedBytes + graph.LiveBytes;

    private void CheckTime(ExplanationGraph graph)
    {
        var most = (long)Math.Min(_options.RunTimeout.TotalSeconds * ModelLimits.OperationsPerSecond, long.MaxValue / 2);
        // A run ends between two nodes only, so one that is too long must not begin.
        if (_options.Provider == ExecutionProvider.Cpu && graph.Operations > most) throw RuntimeErrors.TooManyOperations(graph, most, _options.RunTimeout);
    }
}
