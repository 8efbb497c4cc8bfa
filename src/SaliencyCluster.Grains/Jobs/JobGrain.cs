using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>
/// One job. Reentrant: watchers wait in it while images report. What users ask for is here; which images are under way is in
/// <see cref="ImageWindow"/>, and starting them in <see cref="JobPump"/>.
/// </summary>
[PlaceOnRole(Roles.Gateway), Reentrant]
[GrainType("saliency.job")]
internal sealed class JobGrain : Grain, IJobGrain, IJobWorkGrain
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly IPersistentState<JobRecord> _record;
    private readonly IBlobStore _blobs;
    private readonly RequestBounds _bounds;
    private readonly TimeProvider _time;
    private readonly ILogger<JobGrain> _logger;
    private readonly StateWriter _writer;
    private readonly VersionSignal _signal;
    private readonly JobKey _key;
    private readonly JobPump _pump;

    public JobGrain(
        [PersistentState("job", GrainStorage.Provider)] IPersistentState<JobRecord> record,
        IBlobStore blobs, IOptions<JobOptions> options, IOptions<RequestBounds> bounds, TimeProvider time, ILogger<JobGrain> logger)
    {
        (_record, _blobs, _bounds, _time, _logger) = (record, blobs, bounds.Value, time, logger);
        _writer = new(record);
        _signal = new(time);
        _key = JobKey.Parse(this.GetPrimaryKeyString());
        _pump = new(this, _key, options.Value, blobs, logger, FailAsync, time);
    }

    private JobRecord State => _record.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Submission is null || State.HasEnded) return Task.CompletedTask;
        _pump.Start(State);
        if (State.State != JobState.Queued) _logger.JobResumed(_key.ToString(), State.Settled.Done, State.Submission.Images.Count);
        return Task.CompletedTask;
    }

    public async Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken ct = default)
    {
        _key.Checked();
        var fingerprint = JobFingerprint.Of(submission);
        if (State.Submission is null)
        {
            using var span = Spans.Start(Spans.Submit, submission.TraceParent);
            span?.SetTag("saliency.job", _key.ToString()).SetTag("saliency.images", submission.Images.Count);
            var accepted = await CheckAsync(submission with { TraceParent = Spans.Cause(span, submission.TraceParent) }, fingerprint, ct);
            if (State.Submission is null) await AdmitAsync(accepted);
            if (State.Submission is null) await StoreAsync(accepted);
        }
        // The hash may be one of an earlier version, which knew fewer options: compared is what both mean to this one.
        if (State.Fingerprint != fingerprint && !JobFingerprint.AsksForTheSame(State.Submission!, submission)) throw JobErrors.Conflict(_key);
        if (!State.HasEnded)
        {
            // Again with every repetition: the silo may have died between these calls the first time.
            // Listed first: whatever runs is in the list, which the collector of blobs relies on. A batch is looked after by its evaluation.
            if (submission.Batch is null)
            {
                await GrainFactory.GetGrain<IJobIndexGrain>(_key.Tenant).AddAsync(_key.Id);
                await Supervisor.WatchAsync(_key.ToString());
            }
            _pump.Start(State);
        }
        return Status();
    }

    public Task<JobStatus> GetAsync() => Task.FromResult(Status());

    public async Task<JobStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default)
    {
        RequireSubmitted();
        await _signal.WaitAsync(knownVersion, LongPoll, ct);
        return Status();
    }

    public async Task<IReadOnlyList<ImageOutcome>> ReadImagesAsync(int from, int count)
    {
        RequireSubmitted();
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var end = Math.Min(from + Math.Min(count, 1000), State.Submission!.Images.Count);
        return await new OutcomeReader(GrainFactory, _key, new(_blobs, State.Submission.Images)).ReadAsync(from, end);
    }

    public Task<ManifestReference> GetImagesAsync()
    {
        RequireSubmitted();
        return Task.FromResult(State.Submission!.Images);
    }

    public async Task<JobStatus> CancelAsync()
    {
        RequireSubmitted();
        if (State.HasEnded) return Status();
        State.Settled = _pump.Totals(State);
        await EndAsync(JobState.Cancelled);
        await _pump.CancelAllAsync();
        return Status();
    }

    public Task<JobStatus> PauseAsync() => ChangeAsync(() => State.State = JobState.Paused);

    public Task<JobStatus> ResumeAsync() =>
        ChangeAsync(() => State.State = State.State != JobState.Paused ? State.State : State.Started is null ? JobState.Queued : JobState.Running);

    public Task<JobStatus> ReprioritizeAsync(JobPriority priority, double weight) => weight is >= 0.01 and <= 100
        ? ChangeAsync(() => (State.Priority, State.Weight) = (priority, weight))
        : throw JobErrors.BadWeight(weight);

    public async Task<JobStatus> RetryFailedAsync()
    {
        RequireSubmitted();
        if (State.State is not (JobState.Completed or JobState.Failed)) throw JobErrors.UnderWay(_key, State.State);
        if (State.Settled.Failed == 0) return Status();
        (State.State, State.Try, State.Settled, State.Finished, State.Error) = (JobState.Running, State.Try + 1, SettledPages.None, null, null);
        await _writer.WriteAsync();
        await Supervisor.WatchAsync(_key.ToString());
        await CountAsync();
        _pump.Start(State);
        return Changed();
    }

    public async Task DeleteAsync()
    {
        RequireSubmitted();
        if (!State.HasEnded) throw JobErrors.UnderWay(_key, State.State);
        await Tenant.SetAsync(_key.Id, null);
        for (var page = 0; page * IOutcomePageGrain.Size < State.Submission!.Images.Count; page++)
            await OutcomeReader.Page(GrainFactory, _key, page).ClearAsync();
        if (State.Submission!.Batch is null) await GrainFactory.GetGrain<IJobIndexGrain>(_key.Tenant).RemoveAsync(_key.Id);
        await _record.ClearStateAsync();
        DeactivateOnIdle();
    }

    public async Task CompleteAsync(ImageOutcome outcome)
    {
        if (!_pump.Expects(outcome)) return;
        await OutcomeReader.Page(GrainFactory, _key, outcome.Index / IOutcomePageGrain.Size).RecordAsync([outcome]);
        if (!_pump.Settle(outcome)) return;
        ClusterMetrics.Images.Add(1, new KeyValuePair<string, object?>("state", outcome.State.ToString()));
        if (outcome.Error is { } error)
        {
            State.Error ??= error;
            _logger.ImageFailed(outcome.Index, _key.ToString(), error.Code, error.What);
        }
        var pages = State.Settled.Pages;
        State.Settled = _pump.Window!.Settled;
        if (!await EndIfSettledAsync() && State.Settled.Pages > pages)
        {
            await _writer.WriteAsync();
            await CountAsync();
        }
        Changed();
    }

    public async Task<bool> EnsureRunningAsync()
    {
        if (State.Submission is null) return false;
        // Its end was stored, but perhaps not counted.
        if (State.HasEnded) await CountAsync();
        return !State.HasEnded;
    }

    public Task<JobUsage?> GetUsageAsync() => Task.FromResult(State.Submission is null ? null : JobUsages.Of(State));

    public Task<JobBlobs?> GetBlobsAsync() => Task.FromResult(State.Submission is not { } asked ? null : new JobBlobs(
        asked.Images, State.Model!.Registration.Blob, asked.Baselines, [.. _pump.Window?.Active ?? []]));

    /// <summary>Takes note that the first image was started.</summary>
    internal Task StartedAsync()
    {
        if (State.State != JobState.Queued) return Task.CompletedTask;
        (State.State, State.Started) = (JobState.Running, _time.GetUtcNow());
        Changed();
        return _writer.WriteAsync();
    }

    /// <summary>Takes note that the pump learned something that users see.</summary>
    internal JobStatus Changed()
    {
        _signal.Raise();
        _pump.Trigger();
        return Status();
    }

    /// <summary>Ends the job when every image has an outcome.</summary>
    internal async Task<bool> EndIfSettledAsync()
    {
        if (State.HasEnded || _pump.Window is not { IsSettled: true } window) return State.HasEnded;
        State.Settled = window.Settled;
        await EndAsync(State.Settled.Done > 0 ? JobState.Completed : JobState.Failed);
        return true;
    }

    /// <summary>Makes room for another activation, which begins with what is stored.</summary>
    internal void Leave()
    {
        _pump.Stop();
        DeactivateOnIdle();
    }

    /// <summary>Gets what the job's parts call other grains with.</summary>
    internal IGrainFactory Grains => GrainFactory;

    private IJobSupervisorGrain Supervisor => GrainFactory.GetGrain<IJobSupervisorGrain>(GrainKeys.Single);

    private ITenantUsageGrain Tenant => GrainFactory.GetGrain<ITenantUsageGrain>(_key.Tenant);

    private Task CountAsync() => Tenant.SetAsync(_key.Id, JobUsages.Of(State));

    private Task AdmitAsync(JobRecord accepted) =>
        Tenant.AdmitAsync(_key.Id, JobUsages.Of(accepted), accepted.Submission!.Admission?.Limits ?? TenantLimits.None);

    private async Task<JobRecord> CheckAsync(JobSubmission submission, string fingerprint, CancellationToken ct)
    {
        if (submission.Weight is not (>= 0.01 and <= 100)) throw JobErrors.BadWeight(submission.Weight);
        var model = await GrainFactory.GetGrain<IModelIndexGrain>(_key.Tenant).ResolveAsync(submission.Model);
        if (submission.Images.Count < 1) throw JobErrors.NoImages(_key);
        await new ManifestReader(_blobs, submission.Images).OpenAsync(ct);
        return new()
        {
            Submission = submission,
            Fingerprint = fingerprint,
            Model = model,
            Resolved = Resolve(submission, submission.Request, model.Registration),
            ResolvedCompared = [.. submission.Compared.Select(r => Resolve(submission, r, model.Registration))],
            Created = _time.GetUtcNow(),
            Priority = submission.Priority,
            Weight = submission.Weight,
        };
    }

    private ResolvedRequest Resolve(JobSubmission submission, ExplanationRequest request, ModelRegistration model)
    {
        // Whatever is randomised, the model has another hash and so sessions, caches and noise of its own.
        var summary = submission.Batch?.Randomization is { } spec ? model.Summary with { Hash = spec.HashOf(model.Blob) } : model.Summary;
        return submission.Batch?.Perturbation is { } perturbation
            ? ResolvedRequest.ForOutputs(summary, model.Labels, perturbation, _bounds)
            : RequestResolver.Resolve(request, summary, model.Labels, _bounds);
    }

    private async Task StoreAsync(JobRecord accepted)
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
        _logger.JobAccepted(_key.ToString(), accepted.Submission!.Images.Count, accepted.Resolved!.Asked.Method, accepted.Model!.Label);
        _signal.Raise();
    }

    private async Task<JobStatus> ChangeAsync(Action change)
    {
        RequireSubmitted();
        if (State.HasEnded) throw JobErrors.Ended(_key, State.State);
        change();
        await _writer.WriteAsync();
        return Changed();
    }

    private async Task EndAsync(JobState state)
    {
        using var span = Spans.Start(Spans.End, State.Submission!.TraceParent);
        span?.SetTag("saliency.job", _key.ToString()).SetTag("saliency.state", state.ToString());
        var before = State.State;
        (State.State, State.Finished) = (state, _time.GetUtcNow());
        try
        {
            await _writer.WriteAsync();
        }
        catch
        {
            // Not ended before that is stored: the pump, or the user, ends it again.
            (State.State, State.Finished) = (before, null);
            throw;
        }
        _pump.Stop();
        ClusterMetrics.JobsEnded.Add(1, new KeyValuePair<string, object?>("state", state.ToString()));
        _logger.JobEnded(_key.ToString(), state.ToString(), State.Settled.Done, State.Settled.Failed, State.Settled.Points);
        _signal.Raise();
        await CountAsync();
        // The supervisor counts and forgets ended jobs by itself too, so nothing is lost if these calls are.
        if (State.Submission!.Batch is null) await Supervisor.ForgetAsync(_key.ToString());
        await _pump.LeaveAsync(State);
    }

    private async Task FailAsync(ErrorInfo error)
    {
        State.Error = error;
        State.Settled = _pump.Totals(State);
        await EndAsync(JobState.Failed);
    }

    private void RequireSubmitted()
    {
        if (State.Submission is null) throw JobErrors.NotFound(_key);
    }

    private JobStatus Status()
    {
        RequireSubmitted();
        return JobStatuses.Of(_key, State, State.HasEnded ? null : _pump.Window, _signal.Value, _pump.Devices);
    }
}
