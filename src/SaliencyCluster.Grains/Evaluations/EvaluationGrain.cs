using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>One evaluation. Reentrant: watchers wait in it while answers come. What it takes is in <see cref="EvaluationRun"/>; a timer looks after it.</summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.evaluation")]
internal sealed class EvaluationGrain : Grain, IEvaluationGrain, IEvaluationWorkGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), LongPoll = TimeSpan.FromSeconds(10);
    private readonly IPersistentState<EvaluationRecord> _record;
    private readonly IBlobStore _blobs;
    private readonly IReportWriter _reports;
    private readonly TimeProvider _time;
    private readonly ILogger<EvaluationGrain> _logger;
    private readonly StateWriter _writer;
    private readonly VersionSignal _signal;
    private readonly EvaluationKey _key;
    private readonly GatewayCompute _compute;
    private readonly FaultCount _faults;
    // The run whose fault is counted, and which another one follows after the pause.
    private Guid? _countedRun;
    private EvaluationRun? _run;
    private IGrainTimer? _timer;
    private int _seen;
    private int? _devices;

    public EvaluationGrain(
        [PersistentState("evaluation", GrainStorage.Provider)] IPersistentState<EvaluationRecord> record,
        IBlobStore blobs, IReportWriter reports, GatewayCompute compute, IOptions<JobOptions> options, TimeProvider time, ILogger<EvaluationGrain> logger)
    {
        (_compute, _faults) = (compute, new(options.Value.FaultAttempts, options.Value.FaultPause, time));
        (_record, _blobs, _reports, _time, _logger) = (record, blobs, reports, time, logger);
        (_writer, _signal, _key) = (new(record), new(time), EvaluationKey.Parse(this.GetPrimaryKeyString()));
    }

    private EvaluationRecord State => _record.State;

    private IJobSupervisorGrain Supervisor => GrainFactory.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Submission is null || State.HasEnded) return Task.CompletedTask;
        _logger.EvaluationResumed(_key.ToString(), State.Answers.Count);
        Start();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The next activation goes on; two runs would only do the same twice.
        if (_run is { } run) await run.StopAsync();
    }

    public async Task<EvaluationStatus> SubmitAsync(EvaluationSubmission submission, CancellationToken ct = default)
    {
        _key.Checked();
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(submission)));
        if (State.Submission is null)
        {
            var accepted = await CheckAsync(submission, fingerprint, ct);
            if (State.Submission is null) await StoreAsync(accepted);
        }
        if (State.Fingerprint != fingerprint) throw EvaluationErrors.Conflict(_key);
        if (!State.HasEnded)
        {
            // Again with every repetition: the silo may have died between these calls the first time.
            await GrainFactory.GetGrain<IEvaluationIndexGrain>(_key.Tenant).AddAsync(_key.Id);
            await Supervisor.WatchEvaluationAsync(_key.ToString());
            Start();
        }
        return Status();
    }

    public Task<EvaluationStatus> GetAsync() => Task.FromResult(Status());

    public async Task<EvaluationStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default)
    {
        RequireSubmitted();
        await _signal.WaitAsync(knownVersion, LongPoll, ct);
        return Status();
    }

    public async Task<EvaluationStatus> CancelAsync()
    {
        RequireSubmitted();
        if (State.HasEnded) return Status();
        var run = _run;
        await EndAsync(EvaluationState.Cancelled);
        if (run is null) return Status();
        await run.StopAsync();
        await run.RemoveBatchesAsync();
        return Status();
    }

    public async Task DeleteAsync()
    {
        RequireSubmitted();
        if (!State.HasEnded) throw EvaluationErrors.UnderWay(_key);
        await GrainFactory.GetGrain<IEvaluationIndexGrain>(_key.Tenant).RemoveAsync(_key.Id);
        await _record.ClearStateAsync();
        DeactivateOnIdle();
    }

    public Task<bool> EnsureRunningAsync() => Task.FromResult(State.Submission is not null && !State.HasEnded);

    public async Task<bool> KeepAsync(Guid run, string batch, string blob)
    {
        if (_run?.Id != run || State.HasEnded) return false;
        // It gets on.
        if (State.Answers.TryAdd(batch, blob)) _faults.Reset();
        State.Answers[batch] = blob;
        await _writer.WriteAsync();
        return true;
    }

    public Task<EvaluationBlobs?> GetBlobsAsync()
    {
        if (State.Submission is not { } asked) return Task.FromResult<EvaluationBlobs?>(null);
        IEnumerable<string> report = State.Report is { } files ? [files.Html, files.Json, files.Csv] : [];
        string[] own = [.. State.Others.Values.Append(State.Model!).Select(m => m.Registration.Blob), .. State.Answers.Values, .. report];
        return Task.FromResult<EvaluationBlobs?>(new(asked.Images, own, [.. (_run?.Batches ?? []).Select(b => _key.Batch(b).ToString())]));
    }

    private void Start()
    {
        if (_timer is not null) return;
        _run = NewRun();
        _timer = this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(Period, Period) { Interleave = true, KeepAlive = true });
    }

    private EvaluationRun NewRun() => new(_key, State, GrainFactory, _blobs, _reports, _compute, _time);

    private async Task LookAsync(CancellationToken cancellation)
    {
        if (_run is not { } run || State.HasEnded || _faults.MustWait) return;
        if (_countedRun == run.Id) _run = run = NewRun();
        try
        {
            await NoteAsync(run);
            if (!run.Report.IsCompleted) return;
            State.Report = await run.Report;
            await EndAsync(EvaluationState.Completed);
        }
        catch (SaliencyException error) when (run.Report.IsFaulted && !StorageOutage.Is(error))
        {
            State.Error = ErrorInfo.Of(error);
            await EndAsync(EvaluationState.Failed);
            await run.RemoveBatchesAsync();
        }
        catch (Exception error) when (FaultCount.IsFault(error))
        {
            await CountFaultAsync(run, error);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A silo that died, a database or a disk that is away: what has an answer keeps it.
            _logger.EvaluationStalled(_key.ToString(), Period.TotalSeconds, error);
            if (run.Report.IsCompleted && !run.Report.IsCompletedSuccessfully && _run == run) _run = NewRun();
        }
    }

    private async Task CountFaultAsync(EvaluationRun run, Exception error)
    {
        var pause = _faults.Add();
        if (!_faults.IsOver)
        {
            _logger.EvaluationFaulted(_key.ToString(), _faults.Count, _faults.Most, pause.TotalSeconds, error);
            if (run.Report.IsFaulted) _countedRun = run.Id;
            return;
        }
        _logger.EvaluationGivenUp(_key.ToString(), _faults.Count, error);
        State.Error = ErrorInfo.Of(error);
        await EndAsync(EvaluationState.Failed);
        await run.StopAsync();
        await run.RemoveBatchesAsync();
    }

    private async Task NoteAsync(EvaluationRun run)
    {
        var devices = await GrainFactory.GetGrain<IShardQueueGrain>(State.Submission!.Pool).CountDevicesAsync();
        var isNews = (_devices ?? 1) == 0 != (devices == 0) || run.Progress.Done != _seen;
        (_devices, _seen) = (devices, run.Progress.Done);
        if (isNews) _signal.Raise();
    }

    private async Task<EvaluationRecord> CheckAsync(EvaluationSubmission submission, string fingerprint, CancellationToken ct)
    {
        if (submission.Weight is not (>= 0.1 and <= 100)) throw EvaluationErrors.BadWeight(submission.Weight);
        var models = GrainFactory.GetGrain<IModelIndexGrain>(_key.Tenant);
        var record = new EvaluationRecord
        {
            Submission = submission, Fingerprint = fingerprint, Model = await models.ResolveAsync(submission.Model), Created = _time.GetUtcNow(),
        };
        foreach (var name in submission.Request.OtherModels) record.Others.Add(name, await models.ResolveAsync(name));
        // Reading images and models takes a while: not on the grain's scheduler.
        await Task.Factory.StartNew(() => EvaluationRun.PlanAsync(_blobs, record, ct), ct, TaskCreationOptions.DenyChildAttach, _compute.ForEvaluations).Unwrap();
        return record;
    }

    private async Task StoreAsync(EvaluationRecord accepted)
    {
        _record.State = accepted;
        try
        {
            await _writer.WriteAsync();
        }
        catch
        {
            // Nothing was accepted: a repeated submission must not find this one.
            _record.State = new();
            DeactivateOnIdle();
            throw;
        }
        _logger.EvaluationAccepted(_key.ToString(), accepted.Submission!.Images.Count, accepted.Model!.Label);
        _signal.Raise();
    }

    private async Task EndAsync(EvaluationState state)
    {
        var progress = _run?.Progress;
        (State.State, State.Finished) = (state, _time.GetUtcNow());
        (State.Batches, State.Points) = (progress?.Done ?? 0, progress?.Points ?? 0);
        // With the report, or without one, nobody asks for answers again.
        var answers = State.Answers;
        State.Answers = [];
        try
        {
            await _writer.WriteAsync();
        }
        catch
        {
            // Not ended before that is stored: the timer, or the user, ends it again.
            (State.State, State.Finished, State.Answers) = (EvaluationState.Running, null, answers);
            throw;
        }
        _timer?.Dispose();
        (_timer, _run) = (null, null);
        _logger.EvaluationEnded(_key.ToString(), state.ToString(), State.Batches, State.Points);
        _signal.Raise();
        // The supervisor forgets what has ended by itself too, so nothing is lost if this call is.
        await Supervisor.ForgetEvaluationAsync(_key.ToString());
    }

    private void RequireSubmitted()
    {
        if (State.Submission is null) throw EvaluationErrors.NotFound(_key);
    }

    private EvaluationStatus Status()
    {
        RequireSubmitted();
        return EvaluationStatuses.Of(_key, State, _run?.Progress, _signal.Value, _devices);
    }
}
