using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Jobs;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Provenance;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Gateway.Tenants;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Explanations;

/// <summary>Explanations and jobs, on the wire. Thin: grains decide, mappings write.</summary>
[Authorize(Policies.Submit)]
internal sealed class ExplanationsService(
    IGrainFactory grains, IBlobStore blobs, IntakeBlobs intakeBlobs, ImageIntake images, JobIntake intake, RequestCheck check,
    Comparison comparison, ResultStream results, JobImages jobImages, ManifestStream manifests, JobReplay replays, SharedViews views,
    CallLifetime calls, TenantScope scope, GatewayLimits limits, TimeProvider clock) : Protocol.V1.Explanations.ExplanationsBase
{
    private const int DefaultPage = 50, LargestPage = 200;

    public override async Task Explain(ExplainRequest request, IServerStreamWriter<ExplainResponse> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var caller = Caller.Of(context);
        // Whoever looks at an image may ask what the model says of it, too.
        var asked = await check.ReadAsync(caller.Tenant, request.Model, request.Options, "", predicts: request.Viewing);
        var pool = PoolChoice.Of(caller, request.Pool, "pool");
        if (request.Image is null) throw InvalidRequestException.Of("SAL2602", "image", "The field 'image' is empty.", "Send the image with the request.");
        var key = new JobKey(caller.Tenant, $"explain-{Guid.CreateVersion7(clock.GetUtcNow()):n}");
        await using var stored = intakeBlobs.Begin(caller, new WorkKey(WorkKind.Job, key.Tenant, key.Id));
        var image = await images.StoreAsync(stored, request.Image, request.Image.Data.Memory, "image", linked.Token);
        // It may wait for minutes, and gRPC holds the message as long.
        request.Image = null;
        context.GetHttpContext().Room()?.Release();
        var job = grains.GetGrain<IJobGrain>(key.ToString());
        var submission = new JobSubmission
        {
            Model = request.Model,
            Request = asked.Requests[0],
            Images = await new ManifestWriter(stored.WriteAsync).StoreOneAsync(image, linked.Token),
            Priority = asked.LivePriority(images: 1, limits),
            Pool = pool,
            TraceParent = Activity.Current?.Id,
            Admission = caller.Admission(stored.Reserved),
            IsViewing = request.Viewing,
        };
        if (request.Viewing)
        {
            await views.FollowAsync(caller.Tenant, submission, image, stored, request.PartialMaps, responseStream, linked.Token);
            return;
        }
        var status = await stored.HandOverAsync(() => job.SubmitAsync(submission, linked.Token));
        try
        {
            await responseStream.WriteAsync(new() { Started = new ExplainStarted { JobId = key.Id } }, linked.Token);
            var explanation = new InteractiveExplanation(grains.GetGrain<IAggregatorGrain>(key.Image(0).ToString()), job, blobs, clock);
            await explanation.FollowAsync(status, request.PartialMaps, responseStream, linked.Token);
        }
        finally
        {
            // Nobody else can be interested in the rest; without effect where the job has ended.
            await job.CancelAsync();
        }
    }

    public override async Task<Job> SubmitJob(IAsyncStreamReader<SubmitJobRequest> requestStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var caller = Caller.Of(context);
        var paced = Pace.OfImages.Hold(requestStream, clock, message => message.Image?.Data.Length ?? 0);
        var header = await JobIntake.ReadHeaderAsync(paced, linked.Token);
        var id = header.HasJobId ? NameRule.Checked(header.JobId, "header.job_id") : $"job-{Guid.CreateVersion7(clock.GetUtcNow()):n}";
        var pool = PoolChoice.Of(caller, header.Pool, "header.pool");
        var submissions = await comparison.ReadAsync(caller.Tenant, header);
        await using var stored = intakeBlobs.Begin(caller, new WorkKey(WorkKind.Job, caller.Tenant, id));
        var list = await intake.ReadImagesAsync(paced, caller.Tenant, stored, linked.Token);
        // The images are stored once, for the first.
        submissions = [.. submissions.Select((s, i) => s with
        {
            Images = list, Pool = pool, TraceParent = Activity.Current?.Id, Admission = caller.Admission(i == 0 ? stored.Reserved : 0),
        })];
        var jobs = submissions.Select((_, i) => Job(context, Comparison.JobId(id, i))).ToList();
        var statuses = await comparison.SubmitAsync(jobs, submissions, stored, linked.Token);
        var first = Write(statuses[0]);
        first.Companions.Add(statuses.Skip(1).Select(s => s.Id));
        return first;
    }

    public override async Task<Job> GetJob(GetJobRequest request, ServerCallContext context) =>
        Write(await Job(context, request.JobId, request.Tenant).GetAsync());

    public override async Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            throw InvalidRequestException.Of("SAL2604", "page_size", $"The field 'page_size' is {request.PageSize}; it must be from 1 to {LargestPage}, or 0 for {DefaultPage}.",
                "Ask for smaller pages and follow next_page_token.");
        }
        var index = grains.GetGrain<IJobIndexGrain>(TenantScope.Of(context, request.Tenant));
        var page = await index.ListAsync(request.PageSize == 0 ? DefaultPage : request.PageSize, request.PageToken.Length == 0 ? null : request.PageToken,
            JobMapping.Filter(request));
        return new() { Jobs = { page.Jobs.Select(Write) }, NextPageToken = page.NextToken ?? "" };
    }

    public override async Task WatchJob(WatchJobRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var job = Job(context, request.JobId);
        var status = await job.GetAsync();
        // A job that has ended is always sent, so that a watcher who missed the end is told.
        if (status.Version > request.AfterVersion || status.IsFinal) await responseStream.WriteAsync(Write(status), linked.Token);
        while (!status.IsFinal)
        {
            var known = status.Version;
            status = await job.WaitForChangeAsync(known, linked.Token);
            if (status.Version != known) await responseStream.WriteAsync(Write(status), linked.Token);
        }
    }

    public override async Task ReadResults(ReadResultsRequest request, IServerStreamWriter<ReadResultsResponse> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        if (request.FirstImage < 0)
        {
            throw InvalidRequestException.Of("SAL2604", "first_image", $"The field 'first_image' is {request.FirstImage}; it must be at least 0.", "Count images from 0.");
        }
        await foreach (var part in results.ReadAsync(Job(context, request.JobId), request, linked.Token)) await responseStream.WriteAsync(part, linked.Token);
    }

    public override async Task<Job> CancelJob(CancelJobRequest request, ServerCallContext context)
    {
        var status = await Job(context, request.JobId, request.Tenant).CancelAsync();
        Note(context, request.JobId, request.Tenant);
        return Write(status);
    }

    public override async Task<Job> PauseJob(PauseJobRequest request, ServerCallContext context) => Write(await Job(context, request.JobId).PauseAsync());

    public override async Task<Job> ResumeJob(ResumeJobRequest request, ServerCallContext context) => Write(await Job(context, request.JobId).ResumeAsync());

    public override async Task<Job> ReprioritizeJob(ReprioritizeJobRequest request, ServerCallContext context) =>
        Write(await JobReprioritization.ApplyAsync(Job(context, request.JobId), request, Caller.Of(context)));

    public override async Task<DeleteJobResponse> DeleteJob(DeleteJobRequest request, ServerCallContext context)
    {
        await Job(context, request.JobId, request.Tenant).DeleteAsync();
        Note(context, request.JobId, request.Tenant);
        return new();
    }

    public override async Task<Job> RetryJob(RetryJobRequest request, ServerCallContext context) => Write(await Job(context, request.JobId).RetryFailedAsync());

    public override Task<ListImagesResponse> ListImages(ListImagesRequest request, ServerCallContext context) => jobImages.ListAsync(Job(context, request.JobId), request);

    public override async Task WatchImage(WatchImageRequest request, IServerStreamWriter<ExplainResponse> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var job = Job(context, request.JobId);
        var status = await JobImages.CheckedAsync(job, request.Index);
        var image = new InteractiveExplanation(grains.GetGrain<IAggregatorGrain>(Key(context, request.JobId).Image(request.Index).ToString()), job, blobs, clock);
        await image.FollowAsync(status, request.PartialMaps, responseStream, linked.Token);
    }

    public override async Task ReadImage(ReadImageRequest request, IServerStreamWriter<Image> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        await foreach (var piece in jobImages.ReadAsync(Job(context, request.JobId), request.Index, linked.Token)) await responseStream.WriteAsync(piece, linked.Token);
    }

    public override async Task ReadManifest(
        ReadManifestRequest request, IServerStreamWriter<ReadManifestResponse> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        await foreach (var part in manifests.ReadAsync(Job(context, request.JobId), linked.Token))
            await responseStream.WriteAsync(part, linked.Token);
    }

    public override async Task<Job> ReplayJob(ReplayJobRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var id = request.HasReplayId ? NameRule.Checked(request.ReplayId, "replay_id") : $"replay-{Guid.CreateVersion7(clock.GetUtcNow()):n}";
        var earlier = await replays.OfAsync(Job(context, request.JobId), request.Images, context.CancellationToken);
        // Its images are stored already.
        var submission = earlier with { TraceParent = Activity.Current?.Id, Admission = caller.Admission(0) };
        return Write(await Job(context, id).SubmitAsync(submission, context.CancellationToken));
    }

    public override Task<RenderImageResponse> RenderImage(RenderImageRequest request, ServerCallContext context) =>
        jobImages.RenderAsync(Caller.Of(context).Tenant, Job(context, request.JobId), request, context.CancellationToken);

    public override Task<ListMethodsResponse> ListMethods(ListMethodsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListMethodsResponse { Methods = { MethodCatalog.All.Select(MethodMapping.Write) } });

    private static JobKey Key(ServerCallContext context, string id, string tenant = "") =>
        new(TenantScope.Of(context, tenant), NameRule.Checked(id, "job_id"));

    private IJobGrain Job(ServerCallContext context, string id, string tenant = "") =>
        grains.GetGrain<IJobGrain>(Key(context, id, tenant).ToString());

    private void Note(ServerCallContext context, string id, string tenant)
    {
        var key = Key(context, id, tenant);
        scope.Note(context, key.Tenant, $"job {LogName.Of(key)}");
    }

    private Job Write(JobStatus status) => JobMapping.Write(status, clock.GetUtcNow());
}
