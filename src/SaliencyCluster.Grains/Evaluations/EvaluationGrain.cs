using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>One evaluation. Reentrant: watchers wait in it while answers come. What it takes is in <see cref="EvaluationRun"/>; a timer looks after it.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 2)]
[GrainType("saliency.evaluation")]
internal sealed class EvaluationGrain : DurableGrain<EvaluationRecord>, IEvaluationGrain, IEvaluationWorkGrain
{
    // The supervisor, whose call takes 30 s at the most, is not kept by what takes longer.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), LongPoll = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(10);
    private readonly IBlobStore _blobs;
    private readonly FactStore _facts;
    private readonly IReportWriter _reports;
    private readonly TimeProvider _time;
    private readonly ILogger<EvaluationGrain> _logger;
    private readonly VersionSignal _signal;
    private readonly EvaluationKey _key;
    private readonly WorkEntry _entry;
    private readonly WorkLife _life;
    private readonly GatewayCompute _compute;
    private readonly EvaluationMemory _memory;
    private readonly FaultCount _faults, _outages;
    private readonly RequestBounds _bounds;
    // The run whose fault is counted, and which another one follows after the pause.
    private Guid? _countedRun;
    private EvaluationRun? _run;
    // Made when it was accepted, for the first run.
    private PlannedEvaluation? _planned;
    private IGrainTimer? _timer;
    private Task _finishing = Task.CompletedTask;
    private int _seen;
    private int? _devices;

    public EvaluationGrain(
        [PersistentState("evaluation", GrainStorage.Provider)] IPersistentState<EvaluationRecord> record,
        IBlobStore blobs, FactStore facts, IReportWriter reports, GatewayCompute compute, EvaluationMemory memory,
        IOptions<JobOptions> options, IOptions<RequestBounds> bounds, TimeProvider time, IGrainFactory grains,
        ILogger<EvaluationGrain> logger) : base(record)
    {
        (_facts, _memory) = (facts, memory);
        (_compute, _bounds) = (compute, bounds.Value);
        (_faults, _outages) = (new(options.Value.FaultAttempts, options.Value.FaultPause, time), FaultCount.ForOutages(time));
        (_blobs, _reports, _time, _logger) = (blobs, reports, time, logger);
        (_signal, _key) = (new(time), EvaluationKey.Parse(this.GetPrimaryKeyString()));
        _entry = new(grains, new(WorkKind.Evaluation, _key.Tenant, _key.Id));
        _life = new(_entry, PresenceAsync, PurgeAsync, time, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!State.IsThere || State.HasEnded) return Task.CompletedTask;
        _logger.EvaluationResumed(LogName.Of(_key), State.Answers.Count);
        Start();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The next activation goes on; two runs would only do the same twice.
        if (_run is { } run)
        {
            await run.StopAsync().WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        _planned?.Room?.Dispose();
    }

    public async Task<EvaluationStatus> SubmitAsync(EvaluationSubmission submission, CancellationToken ct = default)
    {
        _key.Checked();
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(submission)));
        try
        {
            await _life.AcceptAsync(() => AcceptedAsync(submission, fingerprint, ct));
        }
        catch when (!State.IsThere)
        {
            // What was planned is not going to run.
            _planned?.Room?.Dispose();
            _planned = null;
            throw;
        }
        if (State.Fingerprint != fingerprint) throw EvaluationErrors.Conflict(_key);
        if (!State.HasEnded) Start();
        return Status();
    }

    public async Task<EvaluationStatus> GetAsync()
    {
        await SubmittedAsync();
        return Status();
    }

    public async Task<EvaluationStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default)
    {
        await SubmittedAsync();
        await _signal.WaitAsync(knownVersion, LongPoll, ct);
        return Status();
    }

    public async Task<EvaluationStatus> CancelAsync()
    {
        await SubmittedAsync();
        await EndAsync(EvaluationState.Cancelled);
        return Status();
    }

    public async Task DeleteAsync()
    {
        var known = await SubmittedAsync();
        if (!known.HasEnded) throw EvaluationErrors.UnderWay(_key);
        await _life.ChangeAsync(async () =>
        {
            await _entry.ReleaseAsync(UsageOf(known));
            await UpdateStateAsync(r => r with { IsDeleted = true });
        });
        await _life.PurgedAsync();
    }

    public async Task<bool> EnsureRunningAsync()
    {
        var known = await ReadStateAsync();
        if (_life.IsChanging) return true;
        if (known.IsDeleted) await _life.PurgedAsync();
        // It was counted and listed, and never stored.
        else if (known.Submission is null) await _life.UnlistAsync();
        else if (!known.HasEnded) Start();
        else if (known.IsUntidy) await FinishAsync().WaitAsync(Patience, _time);
        return State.Submission is not null && (State.IsDeleted || !State.HasEnded || State.IsUntidy);
    }

    public async Task<JobUsage?> GetUsageAsync() => await ReadStateAsync() is { IsThere: true } known ? UsageOf(known) : null;

    public async Task<bool> OpenAsync(Guid run, string batch, string[] removed)
    {
        if (_run?.Id != run) return false;
        var known = await UpdateStateAsync(r => r.HasEnded ? r : r with { Open = [.. (r.Open ?? r.Answers.Keys.ToArray()).Except(removed).Append(batch).Distinct()] });
        return !known.HasEnded;
    }

    public async Task<bool> KeepAsync(Guid run, string batch, string blob)
    {
        if (_run?.Id != run) return false;
        // It gets on.
        if (!State.Answers.ContainsKey(batch))
        {
            _faults.Reset();
            _outages.Reset();
        }
        var known = await UpdateStateAsync(r => r.HasEnded ? r : r with { Answers = new(r.Answers) { [batch] = blob } });
        return !known.HasEnded;
    }

    public async Task<EvaluationBlobs?> GetBlobsAsync()
    {
        if (await ReadStateAsync() is not { IsThere: true } known) return null;
        IEnumerable<string> report = known.Report is { } files ? [files.Html, files.Json, files.Csv] : [];
        string[] own = [.. known.Models.SelectMany(m => m.Blobs), .. known.Answers.Values, .. report];
        return new(known.Submission!.Images, own, [.. (_run?.Batches ?? []).Union(known.Open ?? []).Select(b => _key.Batch(b).ToString())])
        {
            Ended = known.HasEnded && !known.IsUntidy && !_life.IsChanging ? known.Finished : null,
        };
    }

    protected override void OnReloaded()
    {
        if (State.IsThere && !State.HasEnded) Start();
        _signal.Raise();
    }

    private static JobUsage UsageOf(EvaluationRecord record) =>
        new(record.HasEnded, record.HasEnded ? 0 : record.PlannedPoints, record.Submission!.Admission?.ImageBytes ?? 0);

    private void Start()
    {
        if (_timer is not null) return;
        _run = NewRun();
        _timer = this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(Period, Period) { Interleave = true, KeepAlive = true });
    }

    private EvaluationRun NewRun()
    {
        var planned = _planned;
        _planned = null;
        return new(_key, State, planned, GrainFactory, _blobs, _facts, _reports, _compute, _memory, _time);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        if (_run is not { } run || _faults.MustWait || _outages.MustWait) return;
        if (_countedRun == run.Id && !State.HasEnded) _run = run = NewRun();
        try
        {
            if (State.HasEnded) await FinishAsync();
            else await NoteAsync(run);
            if (!run.Report.IsCompleted || State.HasEnded) return;
            var report = await run.Report;
            await EndAsync(EvaluationState.Completed, report);
        }
        catch (SaliencyException error) when (run.Report.IsFaulted && !StorageOutage.Is(error))
        {
            await EndAsync(EvaluationState.Failed, error: ErrorInfo.Of(error));
        }
        catch (Exception error) when (FaultCount.IsFault(error))
        {
            await CountFaultAsync(run, error);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A silo that died, a database or a disk that is away: what has an answer keeps it.
            _logger.EvaluationStalled(LogName.Of(_key), _outages.Add().TotalSeconds, error);
            if (run.Report.IsCompleted && !run.Report.IsCompletedSuccessfully && _run == run) _run = NewRun();
        }
    }

    private async Task CountFaultAsync(EvaluationRun run, Exception error)
    {
        var pause = _faults.Add();
        if (!_faults.IsOver)
        {
            _logger.EvaluationFaulted(LogName.Of(_key), _faults.Count, _faults.Most, pause.TotalSeconds, error);
            if (run.Report.IsFaulted) _countedRun = run.Id;
            return;
        }
        _logger.EvaluationGivenUp(LogName.Of(_key), _faults.Count, error);
        await EndAsync(EvaluationState.Failed, error: ErrorInfo.Of(error));
    }

    private async Task NoteAsync(EvaluationRun run)
    {
        var devices = await GrainFactory.GetGrain<IShardQueueGrain>(State.Submission!.Pool).CountDevicesAsync();
        var isNews = (_devices ?? 1) == 0 != (devices == 0) || run.Progress.Done != _seen;
        (_devices, _seen) = (devices, run.Progress.Done);
        if (isNews) _signal.Raise();
    }

    private async Task<AcceptedWork> AcceptedAsync(EvaluationSubmission submission, string fingerprint, CancellationToken ct)
    {
        if (submission.Weight is not (>= 0.1 and <= 100)) throw EvaluationErrors.BadWeight(submission.Weight);
        var models = GrainFactory.GetGrain<IModelIndexGrain>(_key.Tenant);
        var record = new EvaluationRecord
        {
            Submission = submission, Fingerprint = fingerprint, Created = _time.GetUtcNow(),
            Whole = await models.ResolveAsync(submission.Model),
        };
        foreach (var name in submission.Request.OtherModels) record.WholeOthers.Add(name, await models.ResolveAsync(name));
        var (planned, points) = await PlanAsync(record, ct);
        var leftOut = new LeftOut();
        var accepted = record with
        {
            PlannedPoints = points, Whole = null, WholeOthers = [], Brief = leftOut.Of(record.Whole!),
            BriefOthers = record.WholeOthers.ToDictionary(o => o.Key, o => leftOut.Of(o.Value)),
        };
        // Taken to be its run's, which is begun at once where it comes to be stored.
        _planned?.Room?.Dispose();
        _planned = planned;
        return new(UsageOf(accepted), submission.Admission, async page =>
        {
            await _facts.StoreAsync(leftOut, ct);
            await UpdateStateAsync(r => r.Submission is null ? accepted with { Page = page } : r);
            _logger.EvaluationAccepted(LogName.Of(_key), submission.Images.Count, LogName.OfModel(accepted.Model!.Info.Registration.Blob));
            _logger.EvaluationNamed(LogName.Of(_key), _key.ToString(), accepted.Model.Info.Label);
            _signal.Raise();
        });
    }

    // Reading images and models takes a while: not on the grain's scheduler.
    private async Task<(PlannedEvaluation Planned, long Points)> PlanAsync(EvaluationRecord record, CancellationToken ct)
    {
        var room = EvaluationRun.TakeRoom(_memory, _key, record);
        try
        {
            return await Task.Factory.StartNew(
                async () =>
                {
                    var made = await EvaluationRun.PlanAsync(_blobs, _facts, record, _memory.Share, ct);
                    return (made with { Room = room }, PlannedPoints.Of(made.Plan, made.Labels, _bounds));
                },
                ct, TaskCreationOptions.DenyChildAttach, _compute.ForEvaluations).Unwrap();
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private async Task EndAsync(EvaluationState state, ReportFiles? report = null, ErrorInfo? error = null)
    {
        var progress = _run?.Progress;
        // With the report, or without one, nobody asks for answers again.
        await UpdateStateAsync(r => r.HasEnded ? r : r with
        {
            State = state, Finished = _time.GetUtcNow(), Batches = progress?.Done ?? 0, Points = progress?.Points ?? 0, Answers = [], Report = report, Error = error,
            Open = _run?.Batches ?? r.Open,
        });
        await FinishAsync();
    }

    // Whoever comes meanwhile waits for the same; after a failure the next one goes on.
    private Task FinishAsync() => _finishing.IsCompleted ? _finishing = FinishOnceAsync() : _finishing;

    private async Task FinishOnceAsync()
    {
        if (_run is { } run)
        {
            _timer?.Dispose();
            (_timer, _run) = (null, null);
            _logger.EvaluationEnded(LogName.Of(_key), State.State.ToString(), State.Batches, State.Points);
            _signal.Raise();
            await run.StopAsync();
        }
        await RemoveBatchesAsync();
        // Ended work that is still counted as open is woken, so nothing is lost if this call is, or was never made.
        await _life.CountAsync(State.IsThere ? UsageOf(State) : null);
    }

    private async Task RemoveBatchesAsync()
    {
        if (!State.IsUntidy) return;
        foreach (var batch in State.Open!) await new BatchJob(GrainFactory, _key.Batch(batch), _time).RemoveAsync(_blobs, CancellationToken.None);
        await UpdateStateAsync(r => r.HasEnded ? r with { Open = [] } : r);
    }

    private async Task PurgeAsync()
    {
        await FinishAsync();
        await _entry.UnlistAsync(State.Page);
        await ClearStateAsync();
        await _entry.ForgetAsync();
    }

    private async Task<WorkPresence> PresenceAsync() =>
        await ReadStateAsync() is { Submission: not null } known ? known.IsDeleted ? WorkPresence.Deleted : WorkPresence.There : WorkPresence.None;

    private async Task<EvaluationRecord> SubmittedAsync() => await ReadStateAsync() is { IsThere: true } known ? known : throw EvaluationErrors.NotFound(_key);

    private EvaluationStatus Status() => State.IsThere
        ? EvaluationStatuses.Of(_key, State, _run?.Progress, _signal.Value, _devices)
        : throw EvaluationErrors.NotFound(_key);
}
