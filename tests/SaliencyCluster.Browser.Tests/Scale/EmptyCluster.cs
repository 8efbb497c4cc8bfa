using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Browser.Tests.Scale;

/// <summary>A gateway that has just been started and has neither models nor jobs nor workers.</summary>
public sealed class EmptyCluster : DashboardHost
{
    protected override void MapServices(WebApplication app)
    {
        app.MapGrpcService<NoJobs>();
        app.MapGrpcService<NoWorkers>();
        app.MapGrpcService<NoModels>();
        app.MapGrpcService<NoEvaluations>();
    }

    private sealed class NoJobs : Explanations.ExplanationsBase
    {
        public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context) => Task.FromResult(new ListJobsResponse());
    }

    private sealed class NoWorkers : Cluster.ClusterBase
    {
        public override async Task WatchCluster(WatchClusterRequest request, IServerStreamWriter<ClusterUpdate> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new() { Status = new() { Version = "0.0.0", Now = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) } });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private sealed class NoEvaluations : Evaluations.EvaluationsBase
    {
        public override Task<ListEvaluationsResponse> ListEvaluations(ListEvaluationsRequest request, ServerCallContext context) => Task.FromResult(new ListEvaluationsResponse());
    }

    private sealed class NoModels : Models.ModelsBase
    {
        public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) => Task.FromResult(new ListModelsResponse());
    }
}
