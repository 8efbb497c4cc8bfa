using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.State;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>
/// One job. Reentrant: watchers wait in it while images report. What users ask for is here; which images are under way is in
/// <see cref="ImageWindow"/>, and starting them in <see cref="JobPump"/>.
/// </summary>
[PlaceOnRole(Roles.Gateway), Reentrant, CollectionAgeLimit(Minutes = 2)]
[GrainType("saliency.job")]
internal sealed class JobGrain : DurableGrain<JobRecord>, IJobGrain, IJobWorkGrain
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly IBlobStore _blobs;
    private readonly FactStore _facts;
    private readonly RequestBounds _bounds;
    private readonly TimeProvider _time;
    private readonly ILogger<JobGrain> _logger;
    private readonly VersionSignal _signal;
    private readonly JobKey _key;
    private readonly WorkEntry _entry;
    private readonly WorkLife _life;
    private readonly JobPump _pump;
    // What the next three are about.
    private (DateTimeOffset Created, int Try) _known;
    private DateTimeOffset? _started;
    private ErrorInfo? _firstFailure;
    private ImageOutcome? _only;

    public JobGrain(
        [PersistentState("job", GrainStorage.Provider)] IPersistentState<JobRecord> record,
        IBlobStore blobs, FactStore facts, IOptions<JobOptions> options, IOptions<RequestBounds> bounds, TimeProvider time,
        IGrainFactory grains, ILogger<JobGrain> logger) : base(record)
    {
        (_blobs, _facts, _bounds, _time, _logger) = (blobs, facts, bounds.Value, time, logger);
        _signal = new(time);
        _key = JobKey.Parse(this.GetPrimaryKeyString());
        _entry = new(grains, new(WorkKind.Job, _key.Tenant, _key.Id));
        _life = new(_entry, LookAsync, PurgeAsync, time, logger);
        _pump = new(this, _key, options.Value, blobs, logger, error => EndAsync(JobState.Failed, error), time);
    }

    /// <summary>Gets what is stored, for the job's parts.</summary>
    internal JobRecord Record => State;

    /// <summary>Gets what the job's parts call other grains with.</summary>
    internal IGrainFactory Grains => GrainFactory;

    private bool IsOfOne => State.Submission!.Images.Count == 1;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!State.IsThere || State.HasEnded) return Task.CompletedTask;
        Begin();
        _logger.JobResumed(LogName.Of(_key), State.Settled.Done, State.Submission!.Images.Count);
        return Task.CompletedTask;
    }

    public async Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken ct = default)
    {
        _key.Checked();
        var fingerprint = JobFingerprint.Of(submission);
        using (var span = State.IsThere ? null : Spans.Start(Spans.Submit, submission.TraceParent))
        {
            span?.SetTag("saliency.job", _key.ToString()).SetTag("saliency.images", submission.Images.Count);
            var traced = submission with { TraceParent = Spans.Cause(span, submission.TraceParent) };
            await _life.AcceptAsync(() => AcceptedAsync(traced, fingerprint, ct));
        }
        // The hash may be one of an earlier version, which knew fewer options: compared is what both mean to this one.
        if (State.Fingerprint != fingerprint && !JobFingerprint.AsksForTheSame(State.Submission!, submission)) throw JobErrors.Conflict(_key);
        if (!State.HasEnded) Begin();
        return Status();
    }

    public async Task<JobStatus> GetAsync()
    {
        await SubmittedAsync();
        return Status();
    }

    public async Task<JobStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default)
    {
        await SubmittedAsync();
        await _signal.WaitAsync(knownVersion, LongPoll, ct);
        return Status();
    }

    public async Task<IReadOnlyList<ImageOutcome>> ReadImagesAsync(int from, int count)
    {
        var known = await SubmittedAsync();
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (from == 0 && known.Only is { } only) return [only];
        var end = Math.Min(from + Math.Min(count, 1000), known.Submission!.Images.Count);
        return await new OutcomeReader(GrainFactory, _key, new(_blobs, known.Submission.Images)).ReadAsync(from, end);
    }

    public async Task<ManifestReference> GetImagesAsync() => (await SubmittedAsync()).Submission!.Images;

    public async Task<JobSubmission> GetSubmissionAsync() => (await SubmittedAsync()).Submission!;

    public async Task<JobStatus> CancelAsync()
    {
        if (!(await SubmittedAsync()).HasEnded) await EndAsync(JobState.Cancelled);
        // Also where it had ended: a call before this one may have come no further.
        await _pump.CancelAllAsync();
        return Status();
    }

    public Task<JobStatus> PauseAsync() => ChangeAsync(r => r with { State = JobState.Paused });

    public Task<JobStatus> ResumeAsync() =>
        ChangeAsync(r => r.State != JobState.Paused ? r : r with { State = r.Started is null ? JobState.Queued : JobState.Running });

    public Task<JobStatus> ReprioritizeAsync(JobPriority priority, double weight) => weight is >= 0.01 and <= 100
        ? ChangeAsync(r => r with { Priority = priority, Weight = weight })
        : throw JobErrors.BadWeight(weight);

    public async Task<JobStatus> RetryFailedAsync()
    {
        var known = await SubmittedAsync();
        // A call before this one may have come so far.
        if (!known.HasEnded && known.Try > 1) return Status();
        if (known.State is not (JobState.Completed or JobState.Failed)) throw JobErrors.UnderWay(_key, known.State);
        // A job that failed as a whole has images without an outcome.
        if (known.Again().Retried == 0) return Status();
        await _life.ChangeAsync(async () =>
        {
            await _entry.AdmitAsync(JobUsages.Of(known.Again()), known.Submission!.Admission, JobUsages.Of(known).StoredBytes);
            await _entry.ReopenAsync(known.Page);
            await UpdateStateAsync(r => r.IsThere && r.HasEnded && r.Try == known.Try ? r.Again() : r);
        });
        // It may have been deleted meanwhile.
        if (!(await SubmittedAsync()).HasEnded) Begin();
        return Changed();
    }

    public async Task DeleteAsync()
    {
        var known = await ReadStateAsync();
        if (known.Submission is null) throw JobErrors.NotFound(_key);
        if (!known.HasEnded) throw JobErrors.UnderWay(_key, known.State);
        if (!known.IsDeleted) await _life.ChangeAsync(async () =>
        {
            if (known.Submission.Batch is null) await _entry.ReleaseAsync(JobUsages.Of(known));
            await UpdateStateAsync(r => r.HasEnded ? r with { IsDeleted = true } : throw JobErrors.UnderWay(_key, r.State));
        });
        // Nobody wakes a batch: whoever deletes it repeats what failed.
        await _life.PurgedAsync(isWoken: known.Submission.Batch is null);
    }

    public async Task CompleteAsync(ImageOutcome outcome)
    {
        try
        {
            await TakeAsync(outcome);
        }
        catch (Exception error) when (FaultCount.IsFault(error) && outcome.State == ImageState.Failed)
        {
            // An outcome with a map is given up by its aggregator, which then says that the image has failed. If that cannot be kept either, the job ends.
            if (!await _pump.FaultedAsync(outcome.Index, error)) throw;
        }
    }

    public async Task<bool> EnsureRunningAsync()
    {
        var known = await ReadStateAsync();
        if (_life.IsChanging) return true;
        if (known.IsDeleted) await _life.PurgedAsync();
        // It was counted and listed, and never stored.
        else if (known.Submission is null) await _life.UnlistAsync();
        else if (!known.HasEnded) Begin();
        return State.Submission is not null && (State.IsDeleted || !State.HasEnded);
    }

    public async Task<JobUsage?> GetUsageAsync() => await ReadStateAsync() is { IsThere: true } known ? JobUsages.Of(known) : null;

    public async Task<JobBlobs?> GetBlobsAsync() => await ReadStateAsync() is not { IsThere: true } known ? null
        : new(known.Submission!.Images, known.Model!.Registration.Blob, [.. known.Submission.Baselines, .. known.Facts.Distinct()],
            [.. _pump.Window?.Active ?? []])
        {
            Only = _only ?? known.Only,
            Ended = known.HasEnded && !_life.IsChanging ? known.Finished : null,
        };

    protected override void OnReloaded()
    {
        _pump.Stop();
        if (State.IsThere && !State.HasEnded) Begin();
        _signal.Raise();
    }

    /// <summary>Takes note that the first image was started. A start is stored with the next change: after a crash the job starts again.</summary>
    internal void Started()
    {
        if (_started is not null || State.Started is not null) return;
        _started = _time.GetUtcNow();
        Changed();
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
        // Where the state had to be read again, the images are counted again before the job ends.
        while (!State.HasEnded && _pump.Window is { IsSettled: true } window)
            await EndAsync(window.Settled.Done > 0 ? JobState.Completed : JobState.Failed, isStillSo: () => _pump.Window == window);
        return State.HasEnded;
    }

    /// <summary>Makes room for another activation, which begins with what is stored.</summary>
    internal void Leave()
    {
        _pump.Stop();
        DeactivateOnIdle();
    }

    private void Begin()
    {
        if (_pump.Window is not null) return;
        var known = (State.Created, State.Try);
        // Of the same try it stays known what was not stored when the state was read again.
        if (known != _known) (_known, _started, _firstFailure, _only) = (known, null, null, null);
        _pump.Start(_only);
    }

    private async Task TakeAsync(ImageOutcome outcome)
    {
        if (_pump.Expects(outcome))
        {
            // What a job of one image becomes is stored with its end.
            if (!IsOfOne) await OutcomeReader.Page(GrainFactory, _key, outcome.Index / IOutcomePageGrain.Size).RecordAsync([outcome]);
            if (_pump.Settle(outcome)) Settled(outcome);
        }
        // Also of an outcome that was known: what follows from it may not have been stored.
        if (!await EndIfSettledAsync() && await StorePagesAsync()) await CountAsync();
        // Of a job that was deleted while the image was under way nobody wants it, and whoever delivers it must come to an end.
        if (State.IsThere) Changed();
    }

    // Once a page: of outcomes that come while it is being stored none stores it again.
    private async Task<bool> StorePagesAsync()
    {
        var isMine = false;
        await UpdateStateAsync(r => (isMine = _pump.Window?.Settled.Pages > r.Settled.Pages) ? Progressed(r) : r);
        return isMine;
    }

    private void Settled(ImageOutcome outcome)
    {
        if (IsOfOne) _only = outcome;
        ClusterMetrics.Images.Add(1, new KeyValuePair<string, object?>("state", outcome.State.ToString()));
        if (outcome.Error is not { } error) return;
        _firstFailure ??= error;
        _logger.ImageFailed(outcome.Index, LogName.Of(_key), error.Code);
        _logger.ImageFailure(outcome.Index, LogName.Of(_key), error.Code, error.What);
    }

    // What is known of a running job on top of what is stored.
    private JobRecord Progressed(JobRecord r) => r.HasEnded || _pump.Window is not { } window ? r : r with
    {
        State = r.State == JobState.Queued && _started is not null ? JobState.Running : r.State,
        Started = r.Started ?? _started,
        Settled = window.Settled,
        Error = r.Error ?? _firstFailure,
        Only = _only ?? r.Only,
    };

    private Task CountAsync() => _life.CountAsync(State is { IsThere: true, Submission.Batch: null } known ? JobUsages.Of(known) : null);

    private async Task<AcceptedWork> AcceptedAsync(JobSubmission submission, string fingerprint, CancellationToken ct)
    {
        var leftOut = new LeftOut();
        var accepted = await CheckAsync(submission, fingerprint, leftOut, ct);
        return new(submission.Batch is null ? JobUsages.Of(accepted) : null, submission.Admission, async page =>
        {
            await _facts.StoreAsync(leftOut, ct);
            await UpdateStateAsync(r => r.Submission is null ? accepted with { Page = page } : r);
            _logger.JobAccepted(LogName.Of(_key), submission.Images.Count, accepted.Resolved!.Options.Method, LogName.OfModel(accepted.Model!.Registration.Blob));
            _logger.JobNamed(LogName.Of(_key), _key.ToString(), accepted.Model.Label);
            _signal.Raise();
        });
    }

    private async Task<JobRecord> CheckAsync(JobSubmission submission, string fingerprint, LeftOut leftOut, CancellationToken ct)
    {
        if (submission.Weight is not (>= 0.01 and <= 100)) throw JobErrors.BadWeight(submission.Weight);
        var model = await GrainFactory.GetGrain<IModelIndexGrain>(_key.Tenant).ResolveAsync(submission.Model);
        if (submission.Images.Count < 1) throw JobErrors.NoImages(_key);
        await new ManifestReader(_blobs, submission.Images).OpenAsync(ct);
        return new()
        {
            Submission = submission,
            Fingerprint = fingerprint,
            Model = ModelFacts.Split(model).Brief,
            Brief =
            [
                .. submission.Compared.Prepend(submission.Request).Select(r => leftOut.Of(Resolve(submission, r, model.Registration))),
            ],
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
            : RequestResolver.Resolve(request, summary, model.Labels, _bounds, predicts: true);
    }

    private async Task<JobStatus> ChangeAsync(Func<JobRecord, JobRecord> change)
    {
        await SubmittedAsync();
        await UpdateStateAsync(r => r.HasEnded ? throw JobErrors.Ended(_key, r.State) : change(Progressed(r)));
        return Changed();
    }

    private async Task EndAsync(JobState state, ErrorInfo? error = null, Func<bool>? isStillSo = null)
    {
        using var span = Spans.Start(Spans.End, State.Submission!.TraceParent);
        span?.SetTag("saliency.job", _key.ToString()).SetTag("saliency.state", state.ToString());
        var isMine = false;
        await UpdateStateAsync(r =>
        {
            isMine = !r.HasEnded && isStillSo?.Invoke() != false;
            if (!isMine) return r;
            var now = Progressed(r);
            return now with { State = state, Finished = _time.GetUtcNow(), Settled = _pump.Totals(now.Settled), Error = error ?? now.Error };
        });
        if (!isMine) return;
        _pump.Stop();
        ClusterMetrics.JobsEnded.Add(1, new KeyValuePair<string, object?>("state", state.ToString()));
        _logger.JobEnded(LogName.Of(_key), state.ToString(), State.Settled.Done, State.Settled.Failed, State.Settled.Points);
        _signal.Raise();
        // Ended work that is still counted as open is noticed when it is woken, so nothing is lost if this call is.
        await CountAsync();
        await _pump.LeaveAsync();
    }

    // Everything that belongs to it, and itself last.
    private async Task PurgeAsync()
    {
        var known = State;
        var pages = (known.Submission!.Images.Count + IOutcomePageGrain.Size - 1) / IOutcomePageGrain.Size;
        foreach (var chunk in Enumerable.Range(0, pages).Chunk(16))
            await Task.WhenAll(chunk.Select(page => OutcomeReader.Page(GrainFactory, _key, page).ClearAsync()));
        if (known.Submission.Batch is null) await _entry.UnlistAsync(known.Page);
        await ClearStateAsync();
        if (known.Submission.Batch is null) await _entry.ForgetAsync();
    }

    private async Task<WorkPresence> LookAsync() =>
        await ReadStateAsync() is { Submission: not null } known ? known.IsDeleted ? WorkPresence.Deleted : WorkPresence.There : WorkPresence.None;

    private async Task<JobRecord> SubmittedAsync() => await ReadStateAsync() is { IsThere: true } known ? known : throw JobErrors.NotFound(_key);

    private JobStatus Status() => State.IsThere
        ? JobStatuses.Of(_key, Progressed(State), State.HasEnded ? null : _pump.Window, _signal.Value, _pump.Devices)
        : throw JobErrors.NotFound(_key);
}
