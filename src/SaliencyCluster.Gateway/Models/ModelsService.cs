using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Models;

/// <summary>The models of the cluster, on the wire.</summary>
[Authorize(Policies.Submit)]
internal sealed class ModelsService(IGrainFactory grains, IBlobStore blobs, UploadGate gate, GatewayLimits limits, Quarantines quarantines,
    TimeProvider clock) : Protocol.V1.Models.ModelsBase
{
    // A place is held from the first byte on.
    private const long MinBytesPerSecond = 16 << 10;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    public override async Task<Model> UploadModel(IAsyncStreamReader<UploadModelRequest> requestStream, ServerCallContext context)
    {
        using var place = gate.Enter(Caller.Of(context).Tenant);
        var paced = new PacedStream<UploadModelRequest>(requestStream, clock, MaxPause, MinBytesPerSecond, message => message.Data.Length);
        var (header, file) = await ModelUpload.ReadAsync(paced, limits, context.CancellationToken);
        var model = ModelReader.Read(file, header.Name, new ReadLimits { MaxBytes = limits.MaxModelBytes });
        var summary = ModelSummary.Of(model, layout: ModelHeaderReader.Layout(header));
        limits.Models.Check(header.Name, summary.Cost!);
        var registration = ModelHeaderReader.Read(header, summary, file.Length);
        var known = await Index(context).ListAsync();
        // The same file again takes no further room.
        if (!known.Any(m => m.Name == header.Name && m.Hash == registration.Blob)) (await StorageQuota.OfAsync(Caller.Of(context), grains)).Check(file.Length);
        var blob = await blobs.WriteAsync(file, context.CancellationToken);
        return await WriteAsync(await Index(context).RegisterAsync(registration with { Blob = blob }));
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

    private async Task<Model> WriteAsync(ModelInfo model) => ModelMapping.Write(model, await quarantines.OfAsync(model.Registration.Blob));

    private IModelIndexGrain Index(ServerCallContext context) => grains.GetGrain<IModelIndexGrain>(Caller.Of(context).Tenant);
}
