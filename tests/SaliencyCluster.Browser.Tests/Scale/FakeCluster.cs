using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Browser.Tests.Scale;

/// <summary>The dashboard on a gateway that knows 10,000 jobs and 500 busy workers, whose numbers change twice a second.</summary>
public sealed class FakeCluster : DashboardHost
{
    public const int Jobs = 10_000, Workers = 500;

    protected override void MapServices(WebApplication app)
    {
        app.MapGrpcService<ManyJobs>();
        app.MapGrpcService<ManyWorkers>();
        app.MapGrpcService<OneModel>();
    }

    private sealed class ManyJobs : Explanations.ExplanationsBase
    {
        public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
        {
            var fits = Enumerable.Range(0, Jobs).Select(i => Jobs - 1 - i).Where(i => request.Text.Length == 0 || Id(i).Contains(request.Text, StringComparison.Ordinal))
                .Where(i => request.States.Count == 0 || request.States.Contains(State(i)));
            var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken);
            var size = request.PageSize == 0 ? 50 : request.PageSize;
            var page = fits.Skip(start).Take(size).ToList();
            return Task.FromResult(new ListJobsResponse { Jobs = { page.Select(Job) }, NextPageToken = page.Count == size ? $"{start + size}" : "" });
        }

        public override Task<ListMethodsResponse> ListMethods(ListMethodsRequest request, ServerCallContext context) => Task.FromResult(new ListMethodsResponse());

        public override Task<Job> GetJob(GetJobRequest request, ServerCallContext context) => int.TryParse(request.JobId[4..], out var job)
            ? Task.FromResult(Job(job))
            : throw new RpcException(new(StatusCode.NotFound, "no such job"));

        public override async Task WatchJob(WatchJobRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context) =>
            await responseStream.WriteAsync(Job(int.Parse(request.JobId[4..])));

        public override Task<ListImagesResponse> ListImages(ListImagesRequest request, ServerCallContext context) => Task.FromResult(new ListImagesResponse
        {
            Total = 100_000,
            Images = { Enumerable.Range(request.FirstImage, Math.Min(request.PageSize, 100_000 - request.FirstImage)).Select(i => new ImageResult { Index = i, Name = $"image-{i}", State = ImageState.Pending }) },
        });

        private static string Id(int i) => $"job-{i:00000}";

        private static JobState State(int i) => i % 7 == 0 ? JobState.Running : i % 11 == 0 ? JobState.Failed : JobState.Done;

        private static Job Job(int i) => new()
        {
            JobId = Id(i), Version = 1, State = State(i), Model = "resnet18:1", ModelSha256 = OneModel.Sha, Options = new() { Method = "smoothgrad" },
            Images = 100_000, ImagesDone = i * 7 % 100_000, PointsPerSecond = i % 900, CreatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddSeconds(1_760_000_000 + i)),
        };
    }

    private sealed class ManyWorkers : Cluster.ClusterBase
    {
        public override async Task WatchCluster(WatchClusterRequest request, IServerStreamWriter<ClusterUpdate> responseStream, ServerCallContext context)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5));
            var step = 0;
            do
            {
                var now = DateTimeOffset.UtcNow;
                var update = new ClusterUpdate { FirstSecond = now.ToUnixTimeSeconds() - 5, Status = new() { Version = "0.0.0", Now = Timestamp.FromDateTimeOffset(now), QueuedPoints = 1000 + step, PointsPerSecond = 9000 } };
                for (var w = 0; w < Workers; w++)
                {
                    update.Status.Silos.Add(new SaliencyCluster.Protocol.V1.Silo { Name = $"worker-{w:000}", Address = $"10.0.{w / 250}.{w % 250}:1@1", Roles = { "worker" }, Status = "Active", StartedAt = update.Status.Now });
                    update.Status.Devices.Add(new Device { Worker = $"worker-{w:000}", Name = "cpu", Provider = "cpu", Pool = "default", PointsPerSecond = 20, PointsDone = 1000 * w + step, Leases = 2, Lanes = 1, Models = { OneModel.Sha } });
                    update.Throughput.Add(new Throughput { Of = ThroughputOf.Worker, Name = $"worker-{w:000}", Points = { 20, 20, 20, 20, 20 } });
                }
                update.Throughput.Add(new Throughput { Of = ThroughputOf.Method, Name = "smoothgrad", Points = { 10_000, 10_000, 10_000, 10_000, 10_000 } });
                await responseStream.WriteAsync(update);
                step++;
            }
            while (await timer.WaitForNextTickAsync(context.CancellationToken));
        }
    }

    private sealed class OneModel : SaliencyCluster.Protocol.V1.Models.ModelsBase
    {
        public const string Sha = "12dfbd536725d61320bfd1e8f4ccf88ed464067a90471a6367273e4920347ba0";

        public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListModelsResponse { Models = { new ModelListing { Name = "resnet18", Version = 1, Sha256 = Sha, Size = 1, AddedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) } } });
    }
}
