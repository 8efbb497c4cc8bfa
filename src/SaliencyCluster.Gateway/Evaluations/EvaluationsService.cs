using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Gateway.Tenants;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Evaluations;

/// <summary>Evaluations, on the wire. Thin: grains decide, mappings write.</summary>
[Authorize(Policies.Submit)]
internal sealed class EvaluationsService(
    IGrainFactory grains, IBlobStore blobs, IntakeBlobs intakeBlobs, EvaluationIntake intake, CallLifetime calls, TenantScope scope,
    TimeProvider clock)
    : Protocol.V1.Evaluations.EvaluationsBase
{
    private const int DefaultPage = 50, LargestPage = 200;

    public override async Task<EvaluationMessage> SubmitEvaluation(IAsyncStreamReader<SubmitEvaluationRequest> requestStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var paced = Pace.OfImages.Hold(requestStream, clock, message => message.Image?.Image?.Data.Length ?? 0);
        var header = await EvaluationIntake.ReadHeaderAsync(paced, linked.Token);
        var id = header.HasEvaluationId ? header.EvaluationId : $"evaluation-{Guid.CreateVersion7(clock.GetUtcNow()):n}";
        var evaluation = EvaluationOf(Tenant(context), id, "header.evaluation_id");
        var pool = PoolChoice.Of(Caller.Of(context), header.Pool, "header.pool");
        var request = EvaluationOptionsMapping.Read(header.Options, header.Model);
        var model = await ModelDoor.ResolveAsync(grains, Tenant(context), header.Model, "header.model");
        foreach (var other in request.OtherModels) await ModelDoor.ResolveAsync(grains, Tenant(context), other, "header.options");
        var caller = Caller.Of(context);
        await using var stored = intakeBlobs.Begin(caller, new WorkKey(WorkKind.Evaluation, caller.Tenant, id));
        var images = await intake.ReadImagesAsync(paced, model.Registration.Summary.ImageShape, caller.Tenant, stored, linked.Token);
        var submission = new EvaluationSubmission
        {
            Model = header.Model, Request = request, Pool = pool, Images = images, Admission = caller.Admission(stored.Reserved),
        };
        return Write(await stored.HandOverAsync(() => evaluation.SubmitAsync(submission, linked.Token)));
    }

    public override async Task<EvaluationMessage> GetEvaluation(GetEvaluationRequest request, ServerCallContext context) =>
        Write(await Evaluation(request.EvaluationId, request.Tenant, context).GetAsync());

    public override async Task<ListEvaluationsResponse> ListEvaluations(ListEvaluationsRequest request, ServerCallContext context)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            throw InvalidRequestException.Of("SAL2604", "page_size", $"The field 'page_size' is {request.PageSize}; it must be from 1 to {LargestPage}, or 0 for {DefaultPage}.",
                "Ask for smaller pages and follow next_page_token.");
        }
        var index = grains.GetGrain<IEvaluationIndexGrain>(TenantScope.Of(context, request.Tenant));
        var page = await index.ListAsync(request.PageSize == 0 ? DefaultPage : request.PageSize, request.PageToken.Length == 0 ? null : request.PageToken);
        return new() { Evaluations = { page.Evaluations.Select(Write) }, NextPageToken = page.NextToken ?? "" };
    }

    public override async Task WatchEvaluation(WatchEvaluationRequest request, IServerStreamWriter<EvaluationMessage> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var evaluation = Evaluation(request.EvaluationId, context);
        var status = await evaluation.GetAsync();
        // One that has ended is always sent, so that a watcher who missed the end is told.
        if (status.Version > request.AfterVersion || status.IsFinal) await responseStream.WriteAsync(Write(status), linked.Token);
        while (!status.IsFinal)
        {
            var known = status.Version;
            status = await evaluation.WaitForChangeAsync(known, linked.Token);
            if (status.Version != known) await responseStream.WriteAsync(Write(status), linked.Token);
        }
    }

    public override async Task ReadReport(ReadReportRequest request, IServerStreamWriter<ReportChunk> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var status = await Evaluation(request.EvaluationId, context).GetAsync();
        var file = await blobs.ReadAsync(BlobOf(request.File, status), linked.Token);
        if (request.Offset < 0 || request.Offset > file.Length)
            throw InvalidRequestException.Of("SAL2604", "offset", $"The field 'offset' is {request.Offset}; the file has {file.Length} bytes.", "Read it from 0.");
        for (var offset = request.Offset; offset < file.Length; offset += GatewayLimits.PieceBytes)
        {
            var piece = file.AsMemory((int)offset, (int)Math.Min(GatewayLimits.PieceBytes, file.Length - offset));
            await responseStream.WriteAsync(new() { Offset = offset, Size = file.Length, Data = UnsafeByteOperations.UnsafeWrap(piece) }, linked.Token);
        }
    }

    public override async Task<EvaluationMessage> CancelEvaluation(CancelEvaluationRequest request, ServerCallContext context)
    {
        var status = await Evaluation(request.EvaluationId, request.Tenant, context).CancelAsync();
        Note(context, request.Tenant, request.EvaluationId);
        return Write(status);
    }

    public override async Task<DeleteEvaluationResponse> DeleteEvaluation(DeleteEvaluationRequest request, ServerCallContext context)
    {
        await Evaluation(request.EvaluationId, request.Tenant, context).DeleteAsync();
        Note(context, request.Tenant, request.EvaluationId);
        return new();
    }

    private static string BlobOf(ReportFile file, EvaluationStatus status)
    {
        var report = status.Report ?? throw new SaliencyException(
            "SAL3022", $"The evaluation '{status.Id}' is {status.State} and has no report.",
            status.IsFinal ? "Submit it again." : $"Wait for it: saliency evaluations watch {status.Id}");
        return file switch
        {
            ReportFile.Html => report.Html,
            ReportFile.Json => report.Json,
            ReportFile.Csv => report.Csv,
            _ => throw InvalidRequestException.Of("SAL2602", "file", "The field 'file' is empty.", "Name REPORT_FILE_HTML, REPORT_FILE_JSON or REPORT_FILE_CSV."),
        };
    }

    private static string Tenant(ServerCallContext context) => Caller.Of(context).Tenant;

    private void Note(ServerCallContext context, string asked, string id)
    {
        var tenant = TenantScope.Of(context, asked);
        scope.Note(context, tenant, $"evaluation {LogName.Of(new EvaluationKey(tenant, id))}");
    }

    private IEvaluationGrain Evaluation(string id, ServerCallContext context) => Evaluation(id, "", context);

    private IEvaluationGrain Evaluation(string id, string tenant, ServerCallContext context) =>
        EvaluationOf(TenantScope.Of(context, tenant), id, "evaluation_id");

    private IEvaluationGrain EvaluationOf(string tenant, string id, string field) =>
        id.Length <= EvaluationKey.MaxLetters || !GrainKeys.IsName(id)
            ? grains.GetGrain<IEvaluationGrain>(new EvaluationKey(tenant, NameRule.Checked(id, field)).ToString())
            : throw InvalidRequestException.Of("SAL2612", field, $"The field '{field}' has {id.Length} characters.", $"Use at most {EvaluationKey.MaxLetters}.");

    private EvaluationMessage Write(EvaluationStatus status) => EvaluationMapping.Write(status, clock.GetUtcNow());
}
