using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Serialization;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Explains one image. Reentrant: watchers wait in it while partials arrive. A timer does everything that can fail and must then be
/// repeated: starting, offering rounds, delivering the outcome; another one saves checkpoints. Its timer keeps it active until the outcome is
/// delivered; soon after that it is collected, so that a gateway's memory does not follow the number of images.
/// </summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 1)]
[GrainType("saliency.aggregator")]
internal sealed class AggregatorGrain(
    [PersistentState("checkpoint", GrainStorage.Provider)] IPersistentState<CheckpointRecord> record,
    IBlobStore blobs, IOptions<JobOptions> options, TimeProvider time, ILogger<AggregatorGrain> logger) : Grain, IAggregatorGrain, IAggregatorWorkGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly ImageLoader _images = new(blobs);
    private readonly VersionSignal _signal = new(time);
    private readonly Checkpoints _checkpoints = new(record, blobs, options.Value.CheckpointPeriod, time);
    private ImageWork? _work;
    private ImageRun? _run;
    private ImageOutcome? _outcome;
    private RunProgress _lastProgress;
    private ImageTrace? _trace;
    private IGrainTimer? _timer;
    private IGrainTimer? _saver;
    private bool _isDelivered;

    private ImageKey Key => ImageKey.Parse(this.GetPrimaryKeyString());

    public Task StartAsync(ImageWork work)
    {
        var isKnown = _work is { } known && known.Accepted == work.Accepted && known.Try >= work.Try;
        if (isKnown && !_isDelivered) return Task.CompletedTask;
        // The job lacks what was delivered: it came while the job was beginning again after a crash. The outcome is still here.
        _isDelivered = false;
        if (!isKnown)
        {
            _trace?.End(null);
            _trace = ImageTrace.Start(work, Key.ToString());
            (_work, _run, _outcome, _lastProgress) = (work, null, null, default);
            _checkpoints.Restart();
        }
        _timer ??= this.RegisterGrainTimer(GoOnAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true, KeepAlive = true });
        // A timer of its own: a queue that does not answer must not hold up what protects the work.
        _saver ??= this.RegisterGrainTimer(SaveIfDueAsync, new GrainTimerCreationOptions(Checkpoints.Tick, Checkpoints.Tick) { Interleave = true });
        Trigger();
        return Task.CompletedTask;
    }

    public Task<bool> IsRunningAsync(int attempt) => Task.FromResult(_work?.Try >= attempt && !_isDelivered);

    public Task<RoundReply> GetRoundAsync(int round)
    {
        if (_outcome is not null) return Task.FromResult(new RoundReply(null, Ready: true));
        return Task.FromResult(new RoundReply(_run?.Work(round), Ready: _run is not null));
    }

    public Task<AddReply> AddAsync(PartialMessage partial)
    {
        if (_work is null || (_run is null && _outcome is null))
        {
            partial.Release();
            return Task.FromResult(AddReply.NotReady);
        }
        using var span = _trace?.Reduce(partial);
        if (PartialChecksum.Of(partial) != partial.Checksum) return Corrupt(partial, "its checksum is wrong");
        var bytes = PartialTransfer.Bytes(partial);
        ClusterMetrics.PartialBytes.Add(bytes);
        // A sum for a job that had the same id is none for this one; a worker of 0.1 does not say.
        var isForeign = partial.Accepted != _work.Accepted && partial.Accepted != default;
        if (isForeign || _outcome is not null || partial.Round != _run!.Round)
        {
            partial.Release();
            return Task.FromResult(AddReply.Stale);
        }
        var worker = partial.Worker;
        try
        {
            return Task.FromResult(Count(_run.Add(partial.Take(), worker), partial.Round));
        }
        catch (SaliencyException error) when (error.Code == "SAL2401")
        {
            return Corrupt(partial, error.What);
        }
        catch (SaliencyException error)
        {
            Fail(ErrorInfo.Of(error));
            return Task.FromResult(AddReply.Stale);
        }
    }

    public async Task<ImageProgress> WaitForProgressAsync(long knownVersion, bool withMap, CancellationToken ct = default)
    {
        if (_work is null) _outcome ??= await StoredOutcomeAsync();
        if (_outcome is null) await _signal.WaitAsync(knownVersion, LongPoll, ct);
        var progress = _run?.Progress ?? _lastProgress;
        var preview = withMap && _outcome is null ? _run?.Preview()?.Estimate : null;
        return new()
        {
            Version = _signal.Value,
            PointsDone = progress.PointsDone,
            PointsPlanned = progress.PointsPlanned,
            Target = _outcome?.Result?.Target,
            Label = _outcome?.Result?.Label,
            Score = _outcome?.Result?.Score,
            PartialMap = preview is null ? null : PooledTensor.Of(preview.Map.Shape, preview.Map.Data),
            ConvergenceDelta = preview?.ConvergenceDelta,
            StandardError = preview?.StandardError,
            ErrorEstimate = preview?.ErrorEstimate,
            Outcome = _outcome,
        };
    }

    public async Task CancelAsync()
    {
        if (_work is not null) await Queue.WithdrawAsync(Key.ToString());
        await _checkpoints.ForgetAsync();
        _trace?.End(null);
        DeactivateOnIdle();
    }

    public Task<string?> GetCheckpointAsync() => Task.FromResult(_checkpoints.Stored.Blob);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A silo that leaves in order loses nothing: the next activation goes on from here.
        if (_run is not null && _outcome is null) await _checkpoints.SaveAsync(_run, cancellationToken);
    }

    private IShardQueueGrain Queue => GrainFactory.GetGrain<IShardQueueGrain>(_work!.Pool);

    private void Trigger() => _timer?.Change(TimeSpan.Zero, Period);

    private AddReply Count(bool isNew, int round)
    {
        if (!isNew) return AddReply.Duplicate;
        _checkpoints.Added();
        _signal.Raise();
        if (_run!.Round != round) Trigger();
        return AddReply.Added;
    }

    private Task<AddReply> Corrupt(PartialMessage partial, string why)
    {
        logger.PartialCorrupt(this.GetPrimaryKeyString(), partial.Worker, why);
        partial.Release();
        return Task.FromResult(AddReply.Corrupt);
    }

    private void Fail(ErrorInfo error)
    {
        _outcome = new(Key.Index, _work!.Name, ImageState.Failed, Error: error, Try: _work.Try);
        _signal.Raise();
        Trigger();
    }

    private async Task GoOnAsync(CancellationToken cancellation)
    {
        if (_work is not { } work || _isDelivered) return;
        try
        {
            if (_outcome is null && _run is null) await BeginAsync(work, cancellation);
            if (_outcome is null && _run is { IsComplete: false }) await OfferAsync();
            if (_outcome is null && _run is { IsComplete: true } done)
            {
                using var span = _trace?.Finish();
                var outcome = await done.FinishAsync(blobs, cancellation);
                if (_work == work) _outcome = outcome;
            }
            if (_outcome is not null && _work == work) await DeliverAsync(_outcome);
        }
        catch (SaliencyException error) when (!StorageOutage.Is(error))
        {
            Fail(ErrorInfo.Of(error));
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A silo that died, a database or a disk that is away: the next tick tries again.
            logger.ImageStalled(this.GetPrimaryKeyString(), Period.TotalSeconds, error);
        }
    }

    private async Task BeginAsync(ImageWork work, CancellationToken cancellation)
    {
        ImageRun run;
        try
        {
            run = await ImageRun.StartAsync(work, Key, _checkpoints.Stored, _images, blobs, time, cancellation);
        }
        catch (SaliencyException error) when (_checkpoints.Stored.Blob is not null && error.Code is "SAL2301" or "SAL9102" or "SAL9104")
        {
            logger.CheckpointUnusable(this.GetPrimaryKeyString(), error);
            _checkpoints.Discard();
            run = await ImageRun.StartAsync(work, Key, _checkpoints.Stored, _images, blobs, time, cancellation);
        }
        if (_work == work) _run = run;
    }

    // An aggregator that has delivered its outcome may be collected; watchers that come late find it with the job.
    private async Task<ImageOutcome?> StoredOutcomeAsync() =>
        (await OutcomeReader.Page(GrainFactory, Key.Job, Key.Index / IOutcomePageGrain.Size).ReadAsync()).FirstOrDefault(o => o.Index == Key.Index);

    private async Task OfferAsync()
    {
        if (_run!.Ticket(_trace?.Cause) is { } ticket && (await Queue.PublishAsync(ticket)).Poison is { } poison) Fail(poison);
    }

    private async Task DeliverAsync(ImageOutcome outcome)
    {
        await Queue.WithdrawAsync(Key.ToString());
        await GrainFactory.GetGrain<IJobWorkGrain>(Key.Job.ToString()).CompleteAsync(outcome);
        await _checkpoints.ForgetAsync();
        // The user may have started another try meanwhile.
        if (_outcome != outcome) return;
        _trace?.End(outcome);
        _isDelivered = true;
        // Those who watch are still told how far it had come.
        (_run, _lastProgress) = (null, _run?.Progress ?? _lastProgress);
        _timer?.Dispose();
        _saver?.Dispose();
        (_timer, _saver) = (null, null);
        _signal.Raise();
    }

    private async Task SaveIfDueAsync(CancellationToken cancellation)
    {
        if (_run is not { } run || _outcome is not null) return;
        try
        {
            await _checkpoints.SaveIfDueAsync(run, cancellation);
        }
        catch (InconsistentStateException error)
        {
            // A write whose answer was lost, or another activation: the next one begins with what is stored.
            logger.ImageStalled(this.GetPrimaryKeyString(), Checkpoints.Tick.TotalSeconds, error);
            _run = null;
            DeactivateOnIdle();
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A database or a disk that is away: the next tick tries again.
            logger.ImageStalled(this.GetPrimaryKeyString(), Checkpoints.Tick.TotalSeconds, error);
        }
    }
}
