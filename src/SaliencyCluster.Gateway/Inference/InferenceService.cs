using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Inference.Protocol;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>The Open Inference Protocol over gRPC.</summary>
[Authorize(Policies.Submit)]
internal sealed class InferenceService(InferenceCalls inference, CallLifetime calls) : GRPCInferenceService.GRPCInferenceServiceBase
{
    [AllowAnonymous]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    [AllowAnonymous]
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = !calls.IsStopping });

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(InferenceCalls.Server);

    public override async Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        await inference.FindAsync(Caller.Of(context), request.Name, request.Version);
        return new() { Ready = true };
    }

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) =>
        inference.DescribeAsync(Caller.Of(context), request.Name, request.Version);

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        return await inference.InferAsync(Caller.Of(context), request, context.GetHttpContext().Room(), linked.Token);
    }
}
