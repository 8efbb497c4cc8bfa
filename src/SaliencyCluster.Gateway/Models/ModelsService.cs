using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Models;

/// <summary>The models of the cluster, on the wire.</summary>
[Authorize(Policies.Submit)]
internal sealed class ModelsService(IGrainFactory grains, IntakeBlobs blobs, UploadGate gate, GatewayLimits limits, Quarantines quarantines,
    CallLifetime calls, TimeProvider clock) : Protocol.V1.Models.ModelsBase
{
    public override async Task<Model> UploadModel(IAsyncStreamReader<UploadModelRequest> requestStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var caller = Caller.Of(context);
        await using var upload = gate.Begin(caller.Tenant);
        var paced = Pace.OfModel.Hold(requestStream, clock, message => message.Data.Length);
        var header = await ModelUpload.ReadAsync(paced, upload, limits, linked.Token);
        var file = await upload.ReadAsync(linked.Token);
        var model = ModelReader.Read(file, header.Name, new ReadLimits { MaxBytes = limits.MaxModelBytes });
        var summary = ModelSummary.Of(model, layout: ModelHeaderReader.Layout(header));
        limits.Models.Check(header.Name, summary.Cost!);
        var registration = ModelHeaderReader.Read(header, summary, file.Length);
        var known = await Index(context).ListAsync();
        await using var stored = blobs.Begin(caller);
        // The same file again takes no further room.
        if (!known.Any(m => m.Name == header.Name && m.Hash == registration.Blob))
        {
            CheckCount(known.Count);
            await stored.ReserveAsync(file.Length);
        }
        var blob = await stored.WriteAsync(file, linked.Token);
        return await WriteAsync(await stored.HandOverAsync(() => Index(context).RegisterAsync(registration with { Blob = blob })));
    }

    public override async Task<Model> GetModel(GetModelRequest request, ServerCallContext context) =>
        await WriteAsync(await Index(context).ResolveAsync(NameRule.CheckedModel(request.Name, "name")));

    public override async Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var quarantined = (await quarantines.ListAsync()).ToDictionary(m => m.Model);
        return new() { Models = { (await Index(context).ListAsync()).Select(m =>
            ModelMapping.Write(m, quarantined.GetValueOrDefault(m.Hash))) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<ListQuarantinedResponse> ListQuarantined(ListQuarantinedRequest request, ServerCallContext context) =>
        new() { Models = { (await quarantines.ListAsync()).Select(ModelMapping.Write) } };

    [Authorize(Policies.Admin)]
    public override async Task<ReleaseModelResponse> ReleaseModel(ReleaseModelRequest request, ServerCallContext context) =>
        new() { Quarantine = ModelMapping.Write(await quarantines.ReleaseAsync(request.Model, context)) };

    public override async Task<RemoveModelResponse> RemoveModel(RemoveModelRequest request, ServerCallContext context)
    {
        var removed = await Index(context).RemoveAsync(NameRule.CheckedModel(request.Name, "name"));
        return removed.Count > 0
            ? new() { Removed = { removed.Select(m => $"{m.Name}:{m.Version}") } }
            : throw new SaliencyException("SAL3004", $"There is no model '{request.Name}'.", "List the models: saliency models list");
    }

    private void CheckCount(int count)
    {
        if (count < limits.MaxModels) return;
        throw new SaliencyException("SAL2624", $"The tenant has {count} models, and may have {limits.MaxModels}.",
            "Remove models that are not needed any more (saliency models remove), or raise Saliency:Gateway:Limits:MaxModels.");
    }

    private async Task<Model> WriteAsync(ModelInfo model) => ModelMapping.Write(model, await quarantines.OfAsync(model.Registration.Blob));

    private IModelIndexGrain Index(ServerCallContext context) => grains.GetGrain<IModelIndexGrain>(Caller.Of(context).Tenant);
}
