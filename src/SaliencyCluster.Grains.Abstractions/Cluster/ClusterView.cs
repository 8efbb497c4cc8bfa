namespace SaliencyCluster.Grains.Abstractions.Cluster;

/// <summary>The cluster as it is now.</summary>
/// <param name="Silos">Every member.</param>
/// <param name="Pools">Every pool that has had work or workers.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ClusterView")]
public sealed record ClusterView([property: Id(0)] IReadOnlyList<SiloView> Silos, [property: Id(1)] IReadOnlyList<PoolView> Pools);

/// <summary>One process of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its silo address.</param>
/// <param name="Roles"><c>gateway</c>, <c>worker</c> or <c>gateway+worker</c>.</param>
/// <param name="Status">Joining, Active, ShuttingDown, Stopping or Dead.</param>
/// <param name="Started">When it started.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.SiloView")]
public sealed record SiloView(
    [property: Id(0)] string Name, [property: Id(1)] string Address, [property: Id(2)] string Roles,
    [property: Id(3)] string Status, [property: Id(4)] DateTimeOffset Started);

/// <summary>One pool: its work and its devices.</summary>
/// <param name="Name">The pool.</param>
/// <param name="QueuedPoints">Points that wait for a device.</param>
/// <param name="LeasedPoints">Points that devices hold.</param>
/// <param name="Images">Images under way.</param>
/// <param name="BacklogDeviceSeconds">Seconds that one device of average measured rate would need for all of it; null before any rate is known.</param>
/// <param name="OldestWaitSeconds">How long the oldest waiting round has waited.</param>
/// <param name="Devices">The devices that asked for work lately.</param>
/// <param name="Jobs">Jobs with images under way.</param>
/// <param name="LeasesLost">Leases that ran out or were lost with their process since the queue was activated.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PoolView")]
public sealed record PoolView(
    [property: Id(0)] string Name, [property: Id(1)] long QueuedPoints, [property: Id(2)] long LeasedPoints, [property: Id(3)] int Images,
    [property: Id(4)] double? BacklogDeviceSeconds, [property: Id(5)] double OldestWaitSeconds, [property: Id(6)] IReadOnlyList<DeviceView> Devices,
    [property: Id(7)] int Jobs, [property: Id(8)] long LeasesLost);

/// <summary>One device of a worker.</summary>
/// <param name="Silo">Name of the process.</param>
/// <param name="SiloAddress">Address of the process.</param>
/// <param name="Device">Name of the device, such as <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Provider">What computes: <c>cpu</c>, <c>cuda</c> or <c>tensorrt</c>.</param>
/// <param name="PointsPerSecond">Measured rate over all models; 0 before the first shard.</param>
/// <param name="PointsDone">Points it has computed since it joined.</param>
/// <param name="LeasedPoints">Points that it holds.</param>
/// <param name="Models">Hashes of the models it has loaded.</param>
/// <param name="Draining">Whether it takes no further work, because its process is leaving or an operator said so.</param>
/// <param name="Leases">Leases that it holds.</param>
/// <param name="Lanes">Runs that it does at the same time; 0 before its first report.</param>
/// <param name="ModelBytes">Memory that its models take, in bytes.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.DeviceView")]
public sealed record DeviceView(
    [property: Id(0)] string Silo, [property: Id(1)] string SiloAddress, [property: Id(2)] string Device, [property: Id(3)] string Provider,
    [property: Id(4)] double PointsPerSecond, [property: Id(5)] long PointsDone, [property: Id(6)] long LeasedPoints,
    [property: Id(7)] IReadOnlyList<string> Models, [property: Id(8)] bool Draining, [property: Id(9)] int Leases, [property: Id(10)] int Lanes,
    [property: Id(11)] long ModelBytes);
