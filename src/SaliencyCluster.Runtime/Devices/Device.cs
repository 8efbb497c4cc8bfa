using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Health;
using SaliencyCluster.Runtime.Served;
using SaliencyCluster.Runtime.Sessions;
using SaliencyCluster.Runtime.Trials;
using SaliencyCluster.Tiles;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>
/// One GPU, or the processor's lanes. Work is queued from anywhere and done on threads of the device; sessions are loaded
/// when they are first needed and unloaded, least recently used first, when memory is short.
/// </summary>
/// <remarks>Thread-safe. The same work gives the same bytes on every lane, whatever runs beside it.</remarks>
public sealed class Device : IAsyncDisposable
{
    /// <summary>How long a stop waits for native code that does not end.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly Channel<LaneWork> _queue;
    private readonly ConcurrentQueue<LaneWork> _urgent = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SessionStore _sessions;
    private readonly Lane[] _lanes;
    private readonly IProviderProof _proof;
    private readonly DeviceKind _kind;
    private readonly bool _makesPoints;
    private readonly Precision _precision;
    private readonly RunContext _context;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly TrialProcess? _trials;

    /// <summary>Starts the device's threads once its provider has computed something; loads no model yet.</summary>
    /// <param name="options">Checked here too: a device never starts on wrong options.</param>
    /// <param name="clock">Measures runs and ends hung ones.</param>
    /// <param name="logger">Loads, unloads and hung runs.</param>
    /// <param name="support">What this build can do; asked of ONNX Runtime by default.</param>
    /// <param name="proof">What shows that the provider computes; a session of one node by default.</param>
    /// <param name="trials">How a process of its own is started that tries a graph before this one runs it; null where the program
    /// cannot.</param>
    /// <param name="precision">The precision of convolutions.</param>
    /// <exception cref="SaliencyException">SAL4025 the processor does not have the precision; SAL4009 wrong options; SAL4001 the
    /// provider is not in this build; SAL4002, SAL4010, SAL4011 or SAL4012 it cannot be used here.</exception>
    public Device(
        DeviceOptions options, TimeProvider clock, ILogger logger, ProviderSupport? support = null, IProviderProof? proof = null,
        TrialCommand? trials = null, Precision precision = Precision.Float32)
    {
        if (precision == Precision.BFloat16 && Missing(options) is { } missing) throw RuntimeErrors.NoPrecision(missing);
        _precision = precision;
        Check(options, support);
        (Name, _clock, _logger) = (options.DeviceName, clock, logger);
        _makesPoints = options.MakesPoints;
        _kind = options.Provider == ExecutionProvider.Cpu ? DeviceKind.Cpu : DeviceKind.Gpu;
        _proof = proof ?? new ProviderProof(options);
        Health = new(Name, _proof, clock, logger);
        Served = new(options.CacheFolder is { Length: > 0 } folder ? folder : null, logger);
        var context = _context = new RunContext(
            Name, options.Provider == ExecutionProvider.Cpu, options.RunTimeout, clock, logger, Health, new SumSession(options));
        if (trials is not null && options.Trials && options.Provider == ExecutionProvider.Cpu)
            _trials = new TrialProcess(trials, Name, options.TrialBytes, options.TrialTimeout ?? options.RunTimeout, clock, logger);
        _sessions = new SessionStore(options, context, _trials);
        _queue = Channel.CreateBounded<LaneWork>(options.QueueLength);
        _lanes = [.. Enumerable.Range(0, options.EffectiveLanes).Select(i => new Lane(i, _queue.Reader, _urgent, _sessions, context, _stopping.Token))];
        DeviceMetrics.Started(this, Name, _lanes.Length);
    }

    /// <summary>Lets a provider compute once, without starting a device.</summary>
    /// <returns>The device's name.</returns>
    /// <exception cref="SaliencyException">As the constructor's.</exception>
    public static string Prove(DeviceOptions options, ILogger logger, IProviderProof? proof = null)
    {
        OnnxRuntimeEngine.LogTo(logger);
        Check(options, null);
        using var proven = proof ?? new ProviderProof(options);
        proven.Run();
        return options.DeviceName;
    }

    /// <summary>Gets the name, <c>cpu</c> or such as <c>cuda:0</c>.</summary>
    public string Name { get; }

    /// <summary>Gets whether the device computes.</summary>
    public DeviceHealth Health { get; }

    /// <summary>Gets whether a process of its own tries graphs that are untried.</summary>
    public bool HasTrials => _trials is not null;

    /// <summary>Gets what is remembered of graphs that were served.</summary>
    public ServedGraphs Served { get; }

    /// <summary>Gets how many micro-batches are evaluated at the same time.</summary>
    public int Lanes => _lanes.Length;

    /// <summary>Gets the hashes of the models that are loaded; of derived ones these are the last few that were used.</summary>
    public IReadOnlyCollection<string> LoadedModels => _sessions.Models;

    /// <summary>Gets the bytes that loaded models take, by estimate and measurement.</summary>
    public long ModelBytes => _sessions.Bytes;

    /// <summary>Gets the bytes that were given to the device and came back; on a processor, those that would have crossed to another
    /// memory.</summary>
    internal long TransferredBytes => _context.Transfers.Bytes;

    /// <summary>Gets a graph as this device runs it.</summary>
    public GraphSource Here(GraphSource source) => source.For(_kind, _makesPoints, _precision);

    /// <summary>Names a graph as this device runs it, of any model, with the versions of what makes and runs it.</summary>
    public string NameOf(GraphSource source) => _sessions.NameOf(Here(source).Spec.Key);

    /// <inheritdoc cref="NameOf(GraphSource)"/>
    public string NameOf(StuckRun run) => _sessions.NameOf(run.SpecKey);

    /// <summary>Says whether a session of the graph is loaded.</summary>
    public bool IsLoaded(GraphSource source) => _sessions.IsLoaded(Here(source).Key);

    /// <summary>Does work on a lane, with a runner of the graph that no other work uses meanwhile.</summary>
    /// <param name="source">The graph; compiled and loaded where needed.</param>
    /// <param name="work">Runs on the lane's thread; must not wait for anything else, and must copy what it returns out of the runner's buffers.</param>
    /// <param name="cancellation">Ends the work between two nodes of the graph at the latest.</param>
    /// <param name="urgent">Whether it goes before work that is not urgent and has not begun; where urgent work never ends, that has an
    /// eighth of a lane's time.</param>
    /// <returns>The result of <paramref name="work"/>. The task waits for room in the queue first, unless it is urgent.</returns>
    /// <exception cref="SaliencyException">SAL1xxx the graph cannot be compiled; SAL4xxx it cannot be loaded or run, or the device was stopped.</exception>
    public async Task<T> RunAsync<T>(GraphSource source, Func<IGraphRunner, CancellationToken, T> work, CancellationToken cancellation, bool urgent = false)
    {
        var item = new LaneWork<T>(Name, Here(source), work, cancellation);
        if (urgent) return await RunUrgentAsync(item);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw RuntimeErrors.Stopped(Name);
        }
        return await item.Result;
    }

    /// <summary>Compiles, loads and warms up, so that the first work finds everything ready.</summary>
    /// <remarks>Compiles on the caller's side, while lanes compute. Goes before other work: most often it is loaded already, and whoever asks waits
    /// for the answer.</remarks>
    public async Task LoadAsync(GraphSource source, CancellationToken cancellation)
    {
        source = Here(source);
        // A trial may take minutes, so its thread is none of the pool.
        if (!_sessions.IsLoaded(source.Key))
        {
            source = await Task.Factory.StartNew(
                () => _sessions.Ready(source), cancellation,
                source.IsUntried ? TaskCreationOptions.LongRunning : TaskCreationOptions.None, TaskScheduler.Default);
        }
        await RunAsync(source, (_, _) => true, cancellation, urgent: true);
    }

    /// <summary>Loads and warms up a graph that nobody asked for yet, where that is quick and takes room from nobody: it lies prepared
    /// on disk, and the memory budget has room for it beside all that is loaded. Goes behind other work.</summary>
    /// <returns>Whether it is loaded.</returns>
    public async Task<bool> WarmAsync(GraphSource source, CancellationToken cancellation)
    {
        source = Here(source);
        if (_sessions.IsLoaded(source.Key)) return true;
        if (await Task.Run(() => _sessions.WithRoom(source), cancellation) is not { } ready) return false;
        await RunAsync(ready, (_, _) => true, cancellation);
        return true;
    }

    /// <summary>Stops: running work ends at the next node of its graph, work in the queue fails with SAL4008.</summary>
    /// <remarks>A driver that hangs never comes to the next node. After <see cref="StopTime"/> such a run is left to the end of the process,
    /// with the sessions that it may still use.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        DeviceMetrics.Stopped(this);
        _trials?.Dispose();
        await _stopping.CancelAsync();
        var ended = Task.WhenAll(_lanes.Select(lane => lane.Ended));
        await ended.WaitAsync(StopTime, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_queue.Reader.TryRead(out var left)) left.Refuse(RuntimeErrors.Stopped(Name));
        while (_urgent.TryDequeue(out var left)) left.Refuse(RuntimeErrors.Stopped(Name));
        if (!ended.IsCompleted)
        {
            _logger.RunNeverEnds(Name, StopTime);
            ProcessEnd.Stuck();
            return;
        }
        _sessions.Dispose();
        _context.Sums.Dispose();
        _proof.Dispose();
        _stopping.Dispose();
    }

    private static string? Missing(DeviceOptions options) =>
        options.Provider == ExecutionProvider.Cpu ? ProcessorSupport.Missing : "a GPU computes in float32 here";

    private static void Check(DeviceOptions options, ProviderSupport? support)
    {
        if (DeviceOptionsValidator.ErrorsOf(options).ToList() is { Count: > 0 } errors) throw RuntimeErrors.BadOptions(errors);
        (support ?? ProviderSupport.OfThisProcess()).Require(options.Provider);
    }

    private Task<T> RunUrgentAsync<T>(LaneWork<T> item)
    {
        _urgent.Enqueue(item);
        // Wakes a lane. A full queue needs no waking: whichever lane takes the next entry looks for urgent work first.
        _queue.Writer.TryWrite(LaneWork.Nothing);
        // The device may have been emptied before the work was put in.
        if (_stopping.IsCancellationRequested) item.Refuse(RuntimeErrors.Stopped(Name));
        return item.Result;
    }
}
