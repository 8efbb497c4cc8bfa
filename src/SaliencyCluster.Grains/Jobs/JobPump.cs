using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>
/// Keeps the window of a job full: opens pages, starts images, and every few seconds starts the active ones again, which costs
/// nothing where they live and revives those whose silo died. Runs on the job's scheduler.
/// </summary>
internal sealed class JobPump(
    JobGrain job, JobKey key, JobOptions options, IBlobStore blobs, ILogger logger, Func<ErrorInfo, Task> fail, TimeProvider time)
{
    private const int StartsAtOnce = 16;
    private readonly Dictionary<int, ImageWork> _started = [];
    private readonly FaultCount _faults = new(options.FaultAttempts, options.FaultPause, time);
    // Faults at outcomes of images under way.
    private readonly Dictionary<int, FaultCount> _outcomes = [];
    private IGrainTimer? _timer;
    private ManifestReader? _images;
    private DateTimeOffset _lastHeartbeat;

    /// <summary>Gets the window; null while the job does not run.</summary>
    public ImageWindow? Window { get; private set; }

    /// <summary>Gets the number of devices that serve the pool; null before it is known.</summary>
    public int? Devices { get; private set; }

    /// <summary>Starts, or goes on from what is stored; without effect while it runs.</summary>
    /// <param name="only">What became of the image of a job of one, which is stored with the end of the job; null where that is not known.</param>
    public void Start(ImageOutcome? only)
    {
        if (Window is not null) return;
        var record = job.Record;
        _started.Clear();
        _outcomes.Clear();
        _faults.Reset();
        Window = new(record.Submission!.Images.Count, record.Settled, record.Try);
        if (only is not null && Window.PageToOpen(1) is not null) Window.Open([only]);
        _images = new(blobs, record.Submission.Images);
        _timer = job.RegisterGrainTimer(PumpAsync, new GrainTimerCreationOptions(TimeSpan.Zero, options.HeartbeatPeriod) { Interleave = true, KeepAlive = true });
    }

    public void Stop()
    {
        _timer?.Dispose();
        (_timer, Window) = (null, null);
    }

    /// <summary>Looks for images to start as soon as the scheduler is free.</summary>
    public void Trigger() => _timer?.Change(TimeSpan.Zero, options.HeartbeatPeriod);

    public bool Expects(ImageOutcome outcome) => Window?.Expects(outcome.Index) == true && outcome.Try == job.Record.Try
        && (outcome.Incarnation == job.Record.Created || outcome.Incarnation == default);

    /// <summary>Takes note of an outcome; false when it changes nothing, as when the job has ended while it was being stored.</summary>
    public bool Settle(ImageOutcome outcome)
    {
        _started.Remove(outcome.Index);
        _outcomes.Remove(outcome.Index);
        return Window?.Settle(outcome) == true;
    }

    /// <summary>Gets what the job has so far, for one that ends before all images have an outcome.</summary>
    public SettledPages Totals(SettledPages stored) =>
        Window is { } w ? w.Settled with { Done = w.Done, Failed = w.Failed, Points = w.Points, Bytes = w.Bytes } : stored;

    /// <summary>Tells the queue that nothing more will come.</summary>
    public Task LeaveAsync() => Queue(job.Record).AnnounceAsync(new(key.ToString(), "", "", 0));

    /// <summary>Tells active images that their outcome is not wanted any more. Those that could not be told are told by the next
    /// call.</summary>
    public Task CancelAllAsync() => Task.WhenAll(_started.ToArray().Select(async image =>
    {
        await Retry.CallAsync(() => Aggregator(image.Key).CancelAsync(), time, TimeSpan.FromSeconds(10));
        if (_started.TryGetValue(image.Key, out var work) && work == image.Value) _started.Remove(image.Key);
    }));

    private int WindowSize => Math.Clamp(
        (Devices ?? 1) * options.ActiveImagesPerDevice, Math.Min(options.ActiveImagesPerDevice, options.MaxActiveImages), options.MaxActiveImages);

    private async Task PumpAsync(CancellationToken cancellation)
    {
        if (_faults.MustWait) return;
        try
        {
            var isHeartbeat = time.GetUtcNow() - _lastHeartbeat >= options.HeartbeatPeriod;
            if (isHeartbeat) await HeartbeatAsync();
            if (job.Record.State != JobState.Paused) await FillAsync(cancellation);
            _faults.Reset();
        }
        catch (SaliencyException error) when (!StorageOutage.Is(error))
        {
            await fail(ErrorInfo.Of(error));
        }
        catch (InconsistentStateException error)
        {
            // A write whose answer was lost when the database went away: only another activation, which reads it, can go on.
            logger.JobStalled(LogName.Of(key), error);
            job.Leave();
        }
        catch (Exception error) when (FaultCount.IsFault(error))
        {
            await CountFaultAsync(_faults, error);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // A silo that died, a database or a disk that is away: the next tick tries again.
            logger.JobStalled(LogName.Of(key), error);
        }
    }

    /// <summary>Counts a fault at the outcome of an image, which is brought again; true where it was the last one and the job has failed.</summary>
    public Task<bool> FaultedAsync(int image, Exception error)
    {
        if (!_outcomes.TryGetValue(image, out var faults)) _outcomes[image] = faults = new(options.FaultAttempts, options.FaultPause, time);
        return CountFaultAsync(faults, error);
    }

    private async Task<bool> CountFaultAsync(FaultCount faults, Exception error)
    {
        var pause = faults.Add();
        if (!faults.IsOver)
        {
            logger.JobFaulted(LogName.Of(key), faults.Count, faults.Most, pause.TotalSeconds, error);
            return false;
        }
        logger.JobGivenUp(LogName.Of(key), faults.Count, error);
        await fail(ErrorInfo.Of(error));
        await CancelAllAsync();
        return true;
    }

    private async Task HeartbeatAsync()
    {
        _lastHeartbeat = time.GetUtcNow();
        var devices = await Queue(job.Record).AnnounceAsync(NotStarted(job.Record));
        var isNews = (Devices ?? -1) == 0 != (devices == 0);
        Devices = devices;
        foreach (var chunk in _started.ToArray().Chunk(StartsAtOnce)) await Task.WhenAll(chunk.Select(s => ReviveAsync(s.Key, s.Value)));
        if (isNews) job.Changed();
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        var size = WindowSize;
        while (Window is { } window)
        {
            if (window.PageToOpen(size) is { } page)
            {
                var stored = await OutcomeReader.Page(job.Grains, key, page).ReadAsync();
                if (Window == window) window.Open(stored);
                continue;
            }
            var starts = new List<Task>();
            while (starts.Count < StartsAtOnce && window.Next(size) is { } image)
            {
                var entry = await _images!.ReadAsync(image, cancellation);
                if (Window != window) return;
                window.Start(image);
                starts.Add(StartAsync(image, entry));
            }
            if (starts.Count == 0) break;
            await Task.WhenAll(starts);
            job.Started();
        }
        await job.EndIfSettledAsync();
    }

    private async Task ReviveAsync(int image, ImageWork work)
    {
        if (!await Aggregator(image).IsRunningAsync(work.Try) && _started.ContainsKey(image)) await StartAsync(image, work);
    }

    private Task StartAsync(int image, ManifestEntry entry)
    {
        var (submission, record) = (job.Record.Submission!, job.Record);
        var work = new ImageWork
        {
            Request = Of(entry, record.Resolved!),
            Compared = [.. record.ResolvedCompared.Select(r => Of(entry, r))],
            Preprocessing = record.Model!.Registration.Preprocessing,
            Name = entry.Name,
            Blob = entry.Blob,
            Format = entry.Format,
            Baselines = entry.Baseline is { } baseline ? [baseline] : submission.Baselines,
            Pool = submission.Pool,
            Priority = record.Priority,
            Weight = record.Weight,
            TenantWeight = submission.Admission?.TenantWeight ?? 1,
            Try = record.Try,
            Incarnation = record.Created,
            NoiseIndex = entry.NoiseIndex,
            Derived = submission.Batch?.Randomization is { } spec ? new(record.Model.Registration.Blob, spec) : null,
            IsBatch = submission.Batch is not null,
            TraceParent = submission.TraceParent,
            Facts = record.Facts,
            ModelLabel = submission.Batch?.Randomization is null ? record.Model.Label : $"{record.Model.Label}, weights randomised",
        };
        _started[image] = work;
        return StartAsync(image, work);
    }

    private static ResolvedRequest Of(ManifestEntry entry, ResolvedRequest request) =>
        request.For(entry.Target);

    // What an image takes is known from those that are done, since some methods stop early, and before that from the plan. Images
    // that will be started in a moment are left to their tickets: counted twice they would ask for twice the workers.
    private JobBacklog NotStarted(JobRecord record)
    {
        var left = Window is { } w && record.State != JobState.Paused ? record.Submission!.Images.Count - w.Done - w.Failed - Math.Max(w.Active.Count, WindowSize) : 0;
        var images = Math.Max(0, left);
        var each = Window is { Done: > 0 } known ? (double)known.Points / known.Done : record.Resolved!.PlannedPoints;
        return new(key.ToString(), record.Resolved!.Model.Hash, record.Resolved.Options.Method, (long)Math.Ceiling(images * each));
    }

    private Task StartAsync(int image, ImageWork work) =>
        job.Grains.GetGrain<IAggregatorJobGrain>(key.Image(image).ToString()).StartAsync(work);

    private IShardQueueGrain Queue(JobRecord record) => job.Grains.GetGrain<IShardQueueGrain>(record.Submission!.Pool);

    private IAggregatorWorkGrain Aggregator(int image) => job.Grains.GetGrain<IAggregatorWorkGrain>(key.Image(image).ToString());
}
