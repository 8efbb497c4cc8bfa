using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using static SaliencyCluster.Grains.Aggregation.AggregatorPhase;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Explains one image; <see cref="AggregatorPhase"/> says how far it is. Reentrant: watchers wait in it while partials arrive. A timer does
/// everything that can fail and must then be repeated: starting, what follows a round, offering rounds, delivering the outcome; another one
/// saves checkpoints. Its timer keeps it active until the outcome is delivered; soon after that it is collected, so that a gateway's memory
/// does not follow the number of images.
/// </summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 1)]
[GrainType("saliency.aggregator")]
internal sealed class AggregatorGrain(
    [PersistentState("checkpoint", GrainStorage.Provider)] IPersistentState<CheckpointRecord> record,
    IBlobStore blobs, FactStore facts, GatewayCompute compute, ImageMemory memory, IOptions<JobOptions> options, TimeProvider time,
    ILogger<AggregatorGrain> logger) : Grain, IAggregatorGrain, IAggregatorWorkGrain, IAggregatorJobGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    // Clocks and timers differ by less.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(20);
    private readonly ImageLoader _images = new(blobs);
    private readonly VersionSignal _signal = new(time);
    private readonly Checkpoints _checkpoints = new(record, blobs, options.Value.CheckpointPeriod, time);
    private readonly FaultCount _faults = new(options.Value.FaultAttempts, options.Value.FaultPause, time);
    private AggregatorPhase _phase = new Idle();
    private ImageTrace? _trace;
    private IGrainTimer? _timer, _saver;

    private ImageKey Key => ImageKey.Parse(this.GetPrimaryKeyString());

    public Task StartAsync(ImageWork work)
    {
        var isKnown = _phase.Work is { } known && known.Incarnation == work.Incarnation && known.Try >= work.Try;
        if (isKnown && _phase is not Delivered) return Task.CompletedTask;
        if (isKnown && _phase is Delivered delivered)
        {
            // The job lacks what was delivered: it came while the job was beginning again after a crash. The outcome is still here.
            Enter(new Finished(delivered.Work!, delivered.Outcome, delivered.Progress));
        }
        else
        {
            _trace?.End(null);
            _trace = ImageTrace.Start(work, Key.ToString());
            Enter(new Waiting(work));
            _faults.Reset();
            _checkpoints.Restart();
        }
        _timer ??= this.RegisterGrainTimer(GoOnAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true, KeepAlive = true });
        // A timer of its own: a queue that does not answer must not hold up what protects the work.
        _saver ??= this.RegisterGrainTimer(SaveIfDueAsync, new GrainTimerCreationOptions(Checkpoints.Tick, Checkpoints.Tick) { Interleave = true });
        Trigger();
        return Task.CompletedTask;
    }

    public Task<bool> IsRunningAsync(int attempt) => Task.FromResult(_phase.Work?.Try >= attempt && _phase is not Delivered);

    public Task<RoundReply> GetRoundAsync(int round) => Task.FromResult(_phase switch
    {
        Idle or Waiting or Parked => new RoundReply(null, Ready: false),
        Running running => new RoundReply(
            RequestContext.Get(RoundWork.CanUnpack) is true ? running.Run.Work(round)?.Packed() : running.Run.Work(round), Ready: true),
        _ => new RoundReply(null, Ready: true),
    });

    public Task<AddReply> AddAsync(PartialMessage partial)
    {
        if (_phase is Idle or Waiting or Parked)
        {
            partial.Release();
            return Task.FromResult(AddReply.NotReady);
        }
        using var span = _trace?.Reduce(partial);
        if (PartialChecksum.Of(partial) != partial.Checksum) return Corrupt(partial, "its checksum is wrong");
        ClusterMetrics.PartialBytes.Add(PartialTransfer.Bytes(partial));
        // A sum for a job that had the same id is none for this one; a worker of 0.1 does not say.
        var isForeign = partial.Incarnation != _phase.Work!.Incarnation && partial.Incarnation != default;
        if (isForeign || _phase is not Running running || partial.Round != running.Run.Round)
        {
            partial.Release();
            return Task.FromResult(AddReply.Stale);
        }
        try
        {
            return Task.FromResult(Count(running.Run, running.Run.Accept(partial.Take(), partial.Worker)));
        }
        catch (SaliencyException error) when (error.Code == "SAL2401")
        {
            return Corrupt(partial, error.What);
        }
        catch (SaliencyException error)
        {
            Fail(ErrorInfo.Of(error));
        }
        catch (Exception error)
        {
            // Not the worker's fault, and nothing was counted: its shards are missing as before.
            Stall(error);
        }
        return Task.FromResult(AddReply.Stale);
    }

    public async Task<ImageProgress> WaitForProgressAsync(long knownVersion, bool withMap, CancellationToken ct = default)
    {
        // An aggregator that has delivered its outcome may be collected; watchers that come late find it with the job.
        var outcome = _phase is Idle ? await OutcomeReader.StoredAsync(GrainFactory, Key) : Outcome;
        if (outcome is null) await _signal.WaitAsync(knownVersion, LongPoll, ct);
        var preview = withMap && _phase is Running running
            ? await running.Run.PreviewAsync(error => logger.PreviewFailed(InLog, error)) : null;
        outcome ??= Outcome;
        return ImageProgresses.Of(_signal.Value, _phase.Progress, outcome, outcome is null ? preview : null);
    }

    public async Task CancelAsync()
    {
        var work = _phase.Work;
        // Before the queue is told: a timer that is due meanwhile must not offer it again.
        Enter(new Idle());
        Stop();
        if (work is not null) await QueueOf(work).WithdrawAsync(Key.ToString());
        await _checkpoints.ForgetAsync();
        _trace?.End(null);
        // The job may have been tried again meanwhile.
        if (_phase is Idle) DeactivateOnIdle();
    }

    public Task<string?> GetCheckpointAsync() => Task.FromResult(_checkpoints.Stored.Blob);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A silo that leaves in order loses nothing: the next activation goes on from here.
        if (_phase is not Running running) return;
        try
        {
            await _checkpoints.SaveAsync(running.Run, cancellationToken);
        }
        finally
        {
            running.Room.Dispose();
        }
    }

    private ImageOutcome? Outcome => _phase switch { Finished finished => finished.Outcome, Delivered delivered => delivered.Outcome, _ => null };

    private string InLog => LogName.Of(ImageKey.Parse(this.GetPrimaryKeyString()));

    private IShardQueueGrain QueueOf(ImageWork work) => GrainFactory.GetGrain<IShardQueueGrain>(work.Pool);

    private void Enter(AggregatorPhase next)
    {
        if (_phase is Running running) running.Room.Dispose();
        _phase = next;
    }

    private void Trigger() => _timer?.Change(TimeSpan.Zero, Period);

    private void Stop()
    {
        _timer?.Dispose();
        _saver?.Dispose();
        (_timer, _saver) = (null, null);
    }

    private AddReply Count(ImageRun run, bool isNew)
    {
        if (!isNew) return AddReply.Duplicate;
        _checkpoints.Added();
        _signal.Raise();
        if (run.IsRoundComplete) Trigger();
        return AddReply.Added;
    }

    private Task<AddReply> Corrupt(PartialMessage partial, string why)
    {
        logger.PartialCorrupt(InLog, partial.Worker, why);
        partial.Release();
        return Task.FromResult(AddReply.Corrupt);
    }

    private void Fail(ErrorInfo error)
    {
        var work = _phase.Work!;
        var outcome = new ImageOutcome(Key.Index, work.Name, ImageState.Failed, Error: error, Try: work.Try);
        Enter(new Finished(work, outcome with { Incarnation = work.Incarnation }, _phase.Progress));
        _faults.Reset();
        _signal.Raise();
        Trigger();
    }

    private async Task GoOnAsync(CancellationToken cancellation)
    {
        if (_faults.MustWait) return;
        var work = _phase.Work;
        try
        {
            var goesOn = true;
            while (goesOn) goesOn = await StepAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The activation goes, or nobody wants the image any more.
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // What failed is nothing to work that was started meanwhile.
            if (_phase.Work == work) Stall(error);
        }
    }

    /// <summary>Does what comes next; false when that is for others to do.</summary>
    private async Task<bool> StepAsync(CancellationToken cancellation)
    {
        switch (_phase)
        {
            case Waiting waiting:
                await LoadAsync(waiting, cancellation);
                return true;
            case Parked parked:
                var devices = await OfferAsync(parked, parked.Offer);
                if (_phase == parked && devices > 0) Enter(new Waiting(parked.Work!));
                return _phase != parked;
            case Running { Run.IsRoundComplete: true } running:
                var step = await running.Run.ComputeAsync();
                if (_phase != running) return true;
                running.Run.Commit(step);
                _faults.Reset();
                _signal.Raise();
                return true;
            case Running { Run.IsComplete: true } running:
                using (_trace?.Finish())
                {
                    var outcome = await running.Run.FinishAsync(blobs, cancellation);
                    if (_phase == running) Enter(new Finished(running.Work!, outcome, running.Progress));
                }
                return true;
            case Running running:
                var offer = running.Run.Ticket(_trace?.Cause)!;
                if (await OfferAsync(running, offer) == 0 && _phase == running && memory.IsShort) await ParkAsync(running, offer, cancellation);
                return _phase is not Parked && (_phase != running || running.Run.IsRoundComplete);
            case Finished finished:
                await DeliverAsync(finished);
                return _phase != finished && _phase is not Delivered;
            default:
                return false;
        }
    }

    private async Task LoadAsync(Waiting waiting, CancellationToken cancellation)
    {
        var work = await facts.CompleteAsync(waiting.Work!);
        // An image of free height and width may be larger than was assumed: its room is given back before more is asked for, so that
        // no two wait for each other.
        for (var bytes = ImageRun.BytesOf(work); _phase == waiting;)
        {
            var room = await memory.ReserveAsync(bytes, work.Priority == JobPriority.Interactive, cancellation);
            try
            {
                var run = _phase == waiting ? await BeginAsync(work, cancellation) : null;
                if (_phase != waiting) return;
                (var reserved, bytes) = (bytes, run!.Bytes);
                if (bytes > reserved) continue;
                Enter(new Running(waiting.Work!, run, room));
                room = null;
            }
            finally
            {
                room?.Dispose();
            }
        }
    }

    /// <summary>Offers a round, and returns how many devices there are for it.</summary>
    private async Task<int> OfferAsync(AggregatorPhase phase, RoundTicket offer)
    {
        var queue = QueueOf(phase.Work!);
        var reply = await queue.PublishAsync(offer);
        if (_phase == phase && reply.Poison is { } poison) Fail(poison);
        // Cancelled meanwhile: the offer may have come after the withdrawal.
        if (_phase is Idle) await queue.WithdrawAsync(Key.ToString());
        return reply.Devices;
    }

    private async Task ParkAsync(Running running, RoundTicket offer, CancellationToken cancellation)
    {
        await _checkpoints.SaveAsync(running.Run, cancellation);
        // A device may have come, and a sum.
        if (_phase == running && !_checkpoints.HasNews) Enter(new Parked(running.Work!, offer, running.Progress));
    }

    /// <summary>Decides what an error means: the image fails, now or at the last of several attempts, or the next tick tries again.</summary>
    private void Stall(Exception error)
    {
        var isOutage = StorageOutage.Is(error) || (error is not SaliencyException && !FaultCount.IsFault(error));
        if (isOutage)
        {
            // A silo that died, a database or a disk that is away.
            logger.ImageStalled(InLog, Period.TotalSeconds, error);
            return;
        }
        if (_phase is not Finished && error is SaliencyException known)
        {
            Fail(ErrorInfo.Of(known));
            return;
        }
        var pause = _faults.Add();
        if (_phase is Finished { Outcome.State: ImageState.Failed })
        {
            // Nothing is left to give up: the job counts this too, and ends.
            logger.ImageStalled(InLog, pause.TotalSeconds, error);
        }
        else if (_faults.IsOver)
        {
            logger.ImageGivenUp(InLog, _faults.Count, error);
            Fail(ErrorInfo.Of(error));
            return;
        }
        else
        {
            logger.ImageFaulted(InLog, _faults.Count, _faults.Most, pause.TotalSeconds, error);
        }
        _timer?.Change(pause + Margin, Period);
    }

    private async Task<ImageRun> BeginAsync(ImageWork work, CancellationToken cancellation)
    {
        try
        {
            return await ImageRun.StartAsync(work, Key, _checkpoints.Stored, _images, blobs, compute, time, cancellation);
        }
        catch (SaliencyException error) when (_checkpoints.Stored.Blob is not null && error.Code is "SAL2301" or "SAL9102" or "SAL9104")
        {
            logger.CheckpointUnusable(InLog, error);
            _checkpoints.Discard();
            return await ImageRun.StartAsync(work, Key, _checkpoints.Stored, _images, blobs, compute, time, cancellation);
        }
    }

    private async Task DeliverAsync(Finished finished)
    {
        await QueueOf(finished.Work!).WithdrawAsync(Key.ToString());
        // Cancelled meanwhile, or another try.
        if (_phase != finished) return;
        await GrainFactory.GetGrain<IJobWorkGrain>(Key.Job.ToString()).CompleteAsync(finished.Outcome);
        await _checkpoints.ForgetAsync();
        // The user may have started another try meanwhile.
        if (_phase != finished) return;
        _trace?.End(finished.Outcome);
        // Those who watch are still told how far it had come.
        Enter(new Delivered(finished.Work!, finished.Outcome, finished.Progress));
        _faults.Reset();
        Stop();
        _signal.Raise();
    }

    private async Task SaveIfDueAsync(CancellationToken cancellation)
    {
        if (_phase is not Running running) return;
        try
        {
            await _checkpoints.SaveIfDueAsync(running.Run, cancellation);
        }
        catch (InconsistentStateException error)
        {
            // A write whose answer was lost, or another activation: the next one begins with what is stored.
            logger.ImageStalled(InLog, Checkpoints.Tick.TotalSeconds, error);
            if (_phase == running) Enter(new Waiting(running.Work!));
            DeactivateOnIdle();
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A database or a disk that is away: the next tick tries again.
            logger.ImageStalled(InLog, Checkpoints.Tick.TotalSeconds, error);
        }
    }
}
