using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Grains.Trials;

/// <summary>
/// Asks the cluster before this process runs a graph for the first time, and says how that went. A graph that was proven is not asked about
/// again. Thread-safe.
/// </summary>
internal sealed class ModelGuard(Device device, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider time, ILogger<ModelGuard> logger)
{
    // Gateways of an earlier version do not know the grain, and an upgrade may replace workers first.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), LongestWait = TimeSpan.FromMinutes(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<Tried, Running> _running = [];
    // More than a process has loaded at a time; one that was forgotten is asked about again.
    private const int Known = 10_000;
    private readonly HashSet<Tried> _proven = [];
    private long _silentUntil;

    private bool IsSilent => time.GetUtcNow().UtcTicks < Interlocked.Read(ref _silentUntil);

    private string Worker => $"{silo.Name}/{device.Name}";

    /// <summary>Begins to load and run a graph, until the result is disposed.</summary>
    /// <exception cref="SaliencyException">SAL4021: the model is quarantined.</exception>
    /// <exception cref="TimeoutException">Others run it for the first time, and have not said how it went.</exception>
    public async Task<Trial> BeginAsync(GraphSource source, CancellationToken cancellation)
    {
        // A derived model has the nodes and the shapes of its original.
        var tried = new Tried(source.DerivedFrom ?? source.ModelHash, device.NameOf(source));
        Running running;
        lock (_gate)
        {
            if (_proven.Contains(tried)) return new(this, tried, null);
            if (!_running.TryGetValue(tried, out running!))
                _running[tried] = running = new(new(Guid.NewGuid(), tried.Graph, Worker, silo.SiloAddress.ToParsableString()));
            running.Users++;
            running.Asking ??= AskAsync(tried, running.Attempt);
        }
        var trial = new Trial(this, tried, running);
        try
        {
            // Shared by all who want to run it: not ended by the first who leaves.
            var reply = await running.Asking.WaitAsync(cancellation);
            if (reply.Verdict == TrialVerdict.Quarantined)
            {
                End(tried, running);
                throw TrialErrors.Quarantined(reply.Quarantine!);
            }
            if (reply.Verdict == TrialVerdict.Proven) Prove(tried);
            return trial;
        }
        catch
        {
            await trial.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that a run does not end, so that the process must.</summary>
    public Task BlameAsync(StuckRun run) =>
        SayAsync(run.Model, new(Guid.NewGuid(), device.NameOf(run), Worker, silo.SiloAddress.ToParsableString()), TrialOutcome.Ended,
            run.What);

    /// <summary>Forgets what this process, which leaves, has begun: that it did not get to the end is no fault of the models.</summary>
    public async Task LeaveAsync()
    {
        // Without trial processes native code may be what keeps this process from leaving.
        if (!device.HasTrials) return;
        KeyValuePair<Tried, Running>[] open;
        lock (_gate) open = [.. _running];
        await Task.WhenAll(open.Select(o => SayAsync(o.Key.Model, o.Value.Attempt, TrialOutcome.Unknown)));
    }

    private async Task<TrialReply> AskAsync(Tried tried, TrialAttempt attempt)
    {
        var started = time.GetTimestamp();
        while (!IsSilent)
        {
            try
            {
                var reply = await Retry.CallAsync(() => Grain(tried.Model).BeginAsync(attempt), time, Patience);
                if (reply.Verdict != TrialVerdict.Wait) return reply;
            }
            catch (Exception error) when (error is not SaliencyException)
            {
                Silent(error);
                break;
            }
            if (time.GetElapsedTime(started) > LongestWait) throw new TimeoutException(
                $"Others have not run {tried.Model} within {LongestWait}.");
            await Task.Delay(Pause, time);
        }
        return new(TrialVerdict.Try);
    }

    private async Task<ModelQuarantine?> SayAsync(string model, TrialAttempt attempt, TrialOutcome outcome, string? what = null)
    {
        if (IsSilent) return null;
        try
        {
            return await Retry.CallAsync(() => Grain(model).EndAsync(attempt, outcome, what), time, Patience);
        }
        catch (Exception error) when (error is not SaliencyException)
        {
            Silent(error);
            return null;
        }
    }

    private void Silent(Exception error)
    {
        Interlocked.Exchange(ref _silentUntil, (time.GetUtcNow() + Silence).UtcTicks);
        logger.TrialsNotKept(Worker, Silence.TotalSeconds, error);
    }

    private IModelTrialGrain Grain(string model) => grains.GetGrain<IModelTrialGrain>(model);

    private bool Prove(Tried tried)
    {
        lock (_gate)
        {
            if (_proven.Count == Known) _proven.Clear();
            return _proven.Add(tried);
        }
    }

    private bool Leave(Tried tried, Running running)
    {
        lock (_gate)
        {
            if (--running.Users > 0) return false;
            if (_running.GetValueOrDefault(tried) == running) _running.Remove(tried);
            return !_proven.Contains(tried) && !running.HasEnded;
        }
    }

    private void End(Tried tried, Running running)
    {
        lock (_gate)
        {
            running.HasEnded = true;
            // The next one is another attempt.
            if (_running.GetValueOrDefault(tried) == running) _running.Remove(tried);
        }
    }

    internal readonly record struct Tried(string Model, string Graph);

    internal sealed class Running(TrialAttempt attempt)
    {
        public TrialAttempt Attempt { get; } = attempt;

        public Task<TrialReply>? Asking { get; set; }

        public int Users { get; set; }

        public bool HasEnded { get; set; }
    }

    /// <summary>A graph that is being loaded and run.</summary>
    public sealed class Trial : IAsyncDisposable
    {
        private readonly ModelGuard _guard;
        private readonly Tried _tried;
        private readonly Running? _running;
        private bool _isDisposed;

        internal Trial(ModelGuard guard, Tried tried, Running? running) => (_guard, _tried, _running) = (guard, tried, running);

        /// <summary>Gets whether nobody has run it before, as far as is known.</summary>
        public bool IsFirst { get { lock (_guard._gate) return _running is not null && !_guard._proven.Contains(_tried); } }

        /// <summary>Says that it was run and the process lives.</summary>
        public async Task PassAsync()
        {
            if (_running is not null && _guard.Prove(_tried)) await _guard.SayAsync(_tried.Model, _running.Attempt, TrialOutcome.Behaved);
        }

        /// <summary>Says that it has ended the process that it ran in.</summary>
        /// <returns>What to answer whoever wanted to run it.</returns>
        public async Task<SaliencyException> EndedAsync(SaliencyException what)
        {
            if (_running is null) return what;
            _guard.End(_tried, _running);
            var quarantine = await _guard.SayAsync(_tried.Model, _running.Attempt, TrialOutcome.Ended, what.What);
            return quarantine is null ? what : TrialErrors.Quarantined(quarantine);
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (_running is null || _isDisposed) return;
            _isDisposed = true;
            if (_guard.Leave(_tried, _running)) await _guard.SayAsync(_tried.Model, _running.Attempt, TrialOutcome.Unknown);
        }
    }
}
