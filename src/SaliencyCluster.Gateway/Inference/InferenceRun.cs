using System.Diagnostics;
using Google.Protobuf;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using Tensor = SaliencyCluster.Attribution.Tensor;
using ImageOutcome = SaliencyCluster.Grains.Abstractions.Jobs.ImageOutcome;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>What was computed of one image for one question.</summary>
/// <param name="Stored">The result.</param>
/// <param name="Map">Its map, or the output that was asked for.</param>
/// <param name="Errors">The map's standard error; null where there is none.</param>
internal sealed record Answer(StoredExplanation Stored, Tensor Map, Tensor? Errors);

/// <summary>
/// Computes all images of a call of an inference protocol as one job, of the highest priority unless it is large, which is not listed,
/// and removes it with the answer: these protocols know no jobs.
/// </summary>
internal sealed class InferenceRun(
    IGrainFactory grains, IBlobStore blobs, IntakeBlobs intakeBlobs, ImageIntake intake, RequestCheck check, GatewayLimits limits,
    TimeProvider clock, ILogger<InferenceRun> logger)
{
    /// <summary>The most images of a call.</summary>
    public const int MaxImages = 256;

    private const long MaxAnswerBytes = 64 << 20;
    private const int PageSize = 50;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Computes.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="model">The model, <c>name</c> or <c>name:version</c>.</param>
    /// <param name="pool">The pool; empty for the default.</param>
    /// <param name="questions">What is asked of every image.</param>
    /// <param name="images">The images; their bytes are gone when they are stored.</param>
    /// <param name="room">The memory that they take.</param>
    /// <param name="cancellation">Ends the job.</param>
    /// <returns>For every image its answers, in the order of the questions.</returns>
    /// <exception cref="SaliencyException">What is wrong with the request, or with the first image that failed. SAL2625: no worker
    /// came.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<Answer>>> RunAsync(
        Caller caller, string model, string pool, IReadOnlyList<ExplanationOptions> questions, IReadOnlyList<Image> images,
            CallRoom? room, CancellationToken cancellation)
    {
        if (images.Count is 0 or > MaxImages)
            throw InferenceErrors.Input($"The request holds {images.Count} images.",
                $"Send 1 to {MaxImages} of them in a call; jobs take any number.");
        if (questions.Count > limits.MaxComparedMethods)
            throw InferenceErrors.Input($"The model has {questions.Count} outputs.",
                $"Name at most {limits.MaxComparedMethods} of them in 'outputs'.");
        var asked = await check.ReadAllAsync(
            caller.Tenant, (model, "model_name"), [.. questions.Select(q => ((ExplanationOptions?)q, "parameters"))], predicts: true);
        var key = new JobKey(caller.Tenant, $"infer-{Guid.CreateVersion7(clock.GetUtcNow()):n}");
        await using var stored = intakeBlobs.Begin(caller, new WorkKey(WorkKind.Job, key.Tenant, key.Id));
        var list = new ManifestWriter(stored.WriteAsync);
        foreach (var (i, image) in images.Index())
            await list.AddAsync(await intake.StoreAsync(stored, image, image.Data.Memory, $"inputs[0][{i}]", cancellation), cancellation);
        foreach (var image in images) image.Data = ByteString.Empty;
        room?.Release();
        var submission = new JobSubmission
        {
            Model = model,
            Request = asked.Requests[0],
            Compared = [.. asked.Requests.Skip(1)],
            Images = await list.CompleteAsync(cancellation),
            Priority = asked.LivePriority(images.Count, limits),
            Pool = PoolChoice.Of(caller, pool, "parameters.pool"),
            TraceParent = Activity.Current?.Id,
            Admission = caller.Admission(stored.Reserved),
            IsViewing = true,
        };
        var job = grains.GetGrain<IJobGrain>(key.ToString());
        var status = await stored.HandOverAsync(() => job.SubmitAsync(submission, cancellation));
        try
        {
            await EndAsync(job, status, cancellation);
            return await ReadAsync(job, images.Count, cancellation);
        }
        finally
        {
            await RemoveAsync(job);
        }
    }

    // Whoever calls by these protocols sees no progress: where no worker comes, it must be told.
    private async Task EndAsync(IJobGrain job, JobStatus status, CancellationToken cancellation)
    {
        long? since = null;
        while (!status.IsFinal)
        {
            since = status.Waiting is null ? null : since ?? clock.GetTimestamp();
            var left = since is { } began ? limits.InferencePatience - clock.GetElapsedTime(began) : Timeout.InfiniteTimeSpan;
            if (since is not null && left <= TimeSpan.Zero) throw NoWorker(status.Pool);
            status = await NextAsync(job, status.Version, left, cancellation);
        }
    }

    private async Task<JobStatus> NextAsync(IJobGrain job, long version, TimeSpan left, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        try
        {
            return await job.WaitForChangeAsync(version, either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return await job.GetAsync();
        }
    }

    private RetryLaterException NoWorker(string pool) => new(
        "SAL2625", $"No worker served the pool '{pool}' for {limits.InferencePatience.TotalSeconds} seconds; the call's work was removed.",
        "Call again: a pool that is scaled to zero starts workers meanwhile. Else start one, or name another pool with the parameter "
            + "'pool'; GET /v1/cluster says what there is.", RetryAfter);

    private async Task<IReadOnlyList<IReadOnlyList<Answer>>> ReadAsync(IJobGrain job, int images, CancellationToken cancellation)
    {
        var answers = new List<IReadOnlyList<Answer>>(images);
        var bytes = 0L;
        while (answers.Count < images)
        {
            var page = await job.ReadImagesAsync(answers.Count, PageSize);
            if (page.Count == 0) throw Ended();
            foreach (var outcome in page)
            {
                if (outcome.Result is not { } first) throw Failure(outcome, images);
                StoredExplanation[] results = [first, .. outcome.Compared.Select(r => r ?? throw Failure(outcome, images))];
                bytes += results.Sum(r => r.Shape.Aggregate((long)sizeof(float), (n, d) => n * d) * (r.StandardErrorMap is null ? 1 : 2));
                if (bytes > MaxAnswerBytes)
                    throw InferenceErrors.Input($"The answer has more than {MaxAnswerBytes} bytes.",
                        "Send fewer images in a call, or name the outputs that you need.");
                var read = new List<Answer>();
                foreach (var result in results)
                {
                    read.Add(new(result, await StoredMap.ReadAsync(blobs, result.Map, cancellation),
                        result.StandardErrorMap is { } errors ? await StoredMap.ReadAsync(blobs, errors, cancellation) : null));
                }
                answers.Add(read);
            }
        }
        return answers;
    }

    private static SaliencyException Failure(ImageOutcome outcome, int images) => outcome.Error?.ToException() is not { } error ? Ended()
        : images == 1 ? error : new SaliencyException(error.Code, $"Image {outcome.Index}: {error.What}", error.Next, error);

    private static SaliencyException Ended() => new("SAL2620", "The call was ended before every image was done.", "Ask again.");

    // Where it fails, retention removes the job within an hour or so.
    private async Task RemoveAsync(IJobGrain job)
    {
        try
        {
            await job.CancelAsync();
            await job.DeleteAsync();
        }
        catch (Exception error)
        {
            logger.NotRemoved(error);
        }
    }
}

internal static partial class InferenceLog
{
    [LoggerMessage(EventId = 2640, Level = LogLevel.Debug, Message = "The job of an inference call is left to retention")]
    public static partial void NotRemoved(this ILogger logger, Exception cause);
}

/// <summary>What is wrong with a request of an inference protocol.</summary>
internal static class InferenceErrors
{
    public static SaliencyException Input(string what, string next) => new("SAL2640", what, next);

    public static SaliencyException NotFinite() => new(
        "SAL2642", "The answer holds NaN or infinity, which JSON cannot write.",
        "Ask for bytes: POST /v2/models/NAME/infer with the parameter \"binary_data_output\": true, or gRPC. Where the output should be "
            + "finite, check the preprocessing and the model.");

    public static SaliencyException Parameter(string what, string next) => new("SAL2641", what, next);
}
