using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

using Silo = SaliencyCluster.Protocol.V1.Silo;

namespace SaliencyCluster.Gateway.Cluster;

/// <summary>Processes, devices, rates and queue, on the wire.</summary>
[Authorize(Policies.Submit)]
internal sealed class ClusterService(IGrainFactory grains, ClusterFeed feed, CallLifetime calls, TimeProvider clock) : Protocol.V1.Cluster.ClusterBase
{
    [Authorize(Policies.Operate)]
    public override async Task<ClusterStatus> GetCluster(GetClusterRequest request, ServerCallContext context) =>
        Write(await grains.GetGrain<IClusterGrain>(GrainKeys.Single).DescribeAsync(), clock.GetUtcNow());

    public override async Task WatchCluster(WatchClusterRequest request, IServerStreamWriter<ClusterUpdate> responseStream, ServerCallContext context)
    {
        if (request.HistorySeconds is < 0 or > ClusterFeed.MaxHistory)
        {
            throw InvalidRequestException.Of("SAL2604", "history_seconds",
                $"The field 'history_seconds' is {request.HistorySeconds}; it must be from 0 to {ClusterFeed.MaxHistory}.", "Ask for the last five minutes at most.");
        }
        using var linked = calls.Link(context);
        await foreach (var update in feed.ReadAsync(Caller.Of(context), request.HistorySeconds, linked.Token))
            await responseStream.WriteAsync(update, linked.Token);
    }

    [Authorize(Policies.Operate)]
    public override async Task<DrainWorkerResponse> DrainWorker(DrainWorkerRequest request, ServerCallContext context)
    {
        var view = await grains.GetGrain<IClusterGrain>(GrainKeys.Single).DescribeAsync();
        var drained = await Task.WhenAll(view.Pools.Select(pool => grains.GetGrain<IShardQueueGrain>(pool.Name).DrainAsync(request.Worker, !request.Resume)));
        if (drained.Sum() == 0) throw new SaliencyException("SAL4110", $"No worker is called '{request.Worker}'.", "Take the name from GET /v1/cluster or the dashboard.");
        var pools = await Task.WhenAll(view.Pools.Select(pool => grains.GetGrain<IShardQueueGrain>(pool.Name).DescribeAsync()));
        return new() { Devices = { pools.SelectMany(pool => pool.Devices.Where(d => d.Silo == request.Worker).Select(d => Write(pool, d))) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<ListTenantsResponse> ListTenants(ListTenantsRequest request, ServerCallContext context) =>
        new() { Tenants = { await grains.GetGrain<ITenantListGrain>(GrainKeys.Single).ListAsync() } };

    internal static string Version { get; } =
        typeof(ClusterService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    internal static ClusterStatus Write(ClusterView view, DateTimeOffset now)
    {
        var status = new ClusterStatus
        {
            Version = Version,
            Now = Timestamp.FromDateTimeOffset(now),
            QueuedPoints = view.Pools.Sum(p => p.QueuedPoints),
            LeasedPoints = view.Pools.Sum(p => p.LeasedPoints),
            ActiveImages = view.Pools.Sum(p => p.Images),
            ActiveJobs = view.Pools.Sum(p => p.Jobs),
            LeasesLost = view.Pools.Sum(p => p.LeasesLost),
            OldestWaitSeconds = view.Pools.Select(p => p.OldestWaitSeconds).DefaultIfEmpty(0).Max(),
            PointsPerSecond = view.Pools.Sum(p => p.Devices.Sum(d => d.PointsPerSecond)),
        };
        status.Silos.AddRange(view.Silos.Select(Write));
        status.Devices.AddRange(view.Pools.SelectMany(pool => pool.Devices.Select(device => Write(pool, device))));
        return status;
    }

    private static Silo Write(SiloView silo) => new()
    {
        Name = silo.Name,
        Address = silo.Address,
        Roles = { silo.Roles.Split('+') },
        Status = silo.Status,
        StartedAt = Timestamp.FromDateTimeOffset(silo.Started),
    };

    private static Device Write(PoolView pool, DeviceView device) => new()
    {
        Worker = device.Silo,
        Name = device.Device,
        Provider = device.Provider,
        PointsPerSecond = device.PointsPerSecond,
        LeasedPoints = device.LeasedPoints,
        PointsDone = device.PointsDone,
        Models = { device.Models },
        Draining = device.Draining,
        Pool = pool.Name,
        Leases = device.Leases,
        Lanes = device.Lanes,
        ModelBytes = device.ModelBytes,
    };
}
