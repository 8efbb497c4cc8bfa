namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Asks for work.</summary>
/// <param name="Device">Who asks.</param>
/// <param name="MaxPoints">About how many points the device computes in the time of a lease, over whatever it has done lately. How large
/// a lease is says <paramref name="LeaseWork"/>, where it is given.</param>
/// <param name="MaxLeases">The most leases to return; at least 1.</param>
/// <param name="Models">Hashes of the models it has loaded; among work that is as urgent it gets theirs first.</param>
/// <param name="MaxWait">How long to wait for work, at most 15 s.</param>
/// <param name="InteractiveOnly">Whether only work for which a person waits is wanted: from a device that has enough other work.
/// Devices that want any work are served first.</param>
/// <param name="LeaseWork">How long the device wants to compute at one lease: the queue knows what points of each model and method take
/// there. A lease has at least one shard. Zero from a worker of 0.1, which gives the points.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.AcquireRequest")]
public sealed record AcquireRequest(
    [property: Id(0)] DeviceId Device, [property: Id(1)] int MaxPoints, [property: Id(2)] int MaxLeases,
    [property: Id(3)] string[] Models, [property: Id(4)] TimeSpan MaxWait,
    [property: Id(5)] bool InteractiveOnly = false, [property: Id(6)] TimeSpan LeaseWork = default);
