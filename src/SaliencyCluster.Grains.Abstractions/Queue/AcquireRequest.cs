namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Asks for work.</summary>
/// <param name="Device">Who asks.</param>
/// <param name="MaxPoints">About how many points the device wants in one lease: what it computes in about a second. A lease has at
/// least one shard, whatever this says.</param>
/// <param name="MaxLeases">The most leases to return; at least 1.</param>
/// <param name="Models">Hashes of the models it has loaded; among work that is as urgent it gets theirs first.</param>
/// <param name="MaxWait">How long to wait for work, at most 15 s.</param>
/// <param name="InteractiveOnly">Whether only work for which a person waits is wanted: from a device that has enough other work.
/// Devices that want any work are served first.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.AcquireRequest")]
public sealed record AcquireRequest(
    [property: Id(0)] DeviceId Device, [property: Id(1)] int MaxPoints, [property: Id(2)] int MaxLeases,
    [property: Id(3)] string[] Models, [property: Id(4)] TimeSpan MaxWait,
    [property: Id(5)] bool InteractiveOnly = false);
