using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Protocol.V1;
using Silo = SaliencyCluster.Protocol.V1.Silo;

namespace SaliencyCluster.Gateway.Cluster;

/// <summary>Processes, devices, rates and queue, on the wire.</summary>
[Authorize(Policies.Operate)]
internal sealed class ClusterService(IGrainFactory grains, TimeProvider clock) : Protocol.V1.Cluster.ClusterBase
{
    public override async Task<ClusterStatus> GetCluster(GetClusterRequest request, ServerCallContext context) =>
        Write(await grains.GetGrain<IClusterGrain>(GrainKeys.Single).DescribeAsync(), clock.GetUtcNow());

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
    };
}
