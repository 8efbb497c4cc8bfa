using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Serialization;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Explains one image. Reentrant: watchers wait in it while partials arrive. A timer does everything that can fail and must then be
/// repeated: starting, offering rounds, checkpoints, delivering the outcome.
/// </summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.aggregator")]
internal sealed class AggregatorGrain(
    [PersistentState("checkpoint", GrainStorage.Provider)] IPersistentState<CheckpointRecord> checkpoint,
    IBlobStore blobs, IOptions<JobOptions> options, TimeProvider time, ILogger<AggregatorGrain> logger) : Grain, IAggregatorGrain, IAggregatorWorkGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly ImageLoader _images = new(blobs);
    private readonly VersionSignal _signal = new(time);
    private ImageWork? _work;
    private ImageRun? _run;
    private ImageOutcome? _outcome;
    private RunProgress _lastProgress;
    private ImageTrace? _trace;
    private IGrainTimer? _timer;
    private DateTimeOffset _lastCheckpoint;
    private bool _hasNews;
    private bool _isDelivered;

    private ImageKey Key => ImageKey.Parse(this.GetPrimaryKeyString());

    public Task StartAsync(ImageWork work)
    {
        if (_work?.Try >= work.Try) return Task.CompletedTask;
        _trace?.End(null);
        _trace = ImageTrace.Start(work, Key.ToString());
        (_work, _run, _outcome, _lastProgress, _isDelivered, _hasNews, _lastCheckpoint) = (work, null, null, default, false, false, time.GetUtcNow());
        _timer ??= this.RegisterGrainTimer(GoOnAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { Interleave = true, KeepAlive = true });
        Trigger();
        return Task.CompletedTask;
    }

    public Task<bool> IsRunningAsync(int attempt) => Task.FromResult(_work?.Try >= attempt);

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
        if (_outcome is not null || partial.Round != _run!.Round)
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
        await ForgetCheckpointAsync();
        _trace?.End(null);
        DeactivateOnIdle();
    }

    public Task<string?> GetCheckpointAsync() => Task.FromResult(checkpoint.State.Blob);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A silo that leaves in order loses nothing: the next activation goes on from here.
        if (_run is not null && _outcome is null && _hasNews) await SaveAsync(cancellationToken);
    }

    private IShardQueueGrain Queue => GrainFactory.GetGrain<IShardQueueGrain>(_work!.Pool);

    private void Trigger() => _timer?.Change(TimeSpan.Zero, Period);

    private AddReply Count(bool isNew, int round)
    {
        if (!isNew) return AddReply.Duplicate;
        _hasNews = true;
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
            else if (_hasNews && time.GetUtcNow() - _lastCheckpoint >= options.Value.CheckpointPeriod - Period) await SaveAsync(cancellation);
        }
        catch (SaliencyException error) when (!BlobOutage.Is(error))
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
            run = await ImageRun.StartAsync(work, Key, checkpoint.State, _images, blobs, time, cancellation);
        }
        catch (SaliencyException error) when (checkpoint.State.Blob is not null && error.Code is "SAL2301" or "SAL9104")
        {
            logger.CheckpointUnusable(this.GetPrimaryKeyString(), error);
            checkpoint.State = new();
            run = await ImageRun.StartAsync(work, Key, checkpoint.State, _images, blobs, time, cancellation);
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
        await ForgetCheckpointAsync();
        _trace?.End(outcome);
        _isDelivered = true;
        // Those who watch are still told how far it had come.
        (_run, _lastProgress) = (null, _run?.Progress ?? _lastProgress);
        _timer?.Dispose();
        _timer = null;
        _signal.Raise();
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        var old = checkpoint.State.Blob;
        var saved = _run!.Save();
        _hasNews = false;
        try
        {
            var blob = await blobs.WriteAsync(saved, cancellation);
            checkpoint.State = new() { Blob = blob, Try = _work!.Try, Workers = _run.Workers, Seconds = _run.Seconds };
            await checkpoint.WriteStateAsync(cancellation);
        }
        catch
        {
            _hasNews = true;
            throw;
        }
        _lastCheckpoint = time.GetUtcNow();
        if (old is not null && old != checkpoint.State.Blob) await blobs.DeleteAsync(old, cancellation);
    }

    private async Task ForgetCheckpointAsync()
    {
        if (checkpoint.State.Blob is not { } blob) return;
        await checkpoint.ClearStateAsync();
        await blobs.DeleteAsync(blob);
    }
}
