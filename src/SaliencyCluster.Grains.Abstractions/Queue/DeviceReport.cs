using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Names a device of a worker process.</summary>
/// <param name="Silo">Name of the process.</param>
/// <param name="SiloAddress">Address of the process, in the form that can be parsed; another one after every restart.</param>
/// <param name="Name">Name of the device, such as <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Provider">What computes: <c>cpu</c>, <c>cuda</c> or <c>tensorrt</c>.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.DeviceId")]
public sealed record DeviceId(
    [property: Id(0)] string Silo, [property: Id(1)] string SiloAddress, [property: Id(2)] string Name, [property: Id(3)] string Provider)
{
    /// <summary>Gets the name that results show: <c>silo/device</c>.</summary>
    public string Label => $"{Silo}/{Name}";

    /// <summary>Gets the key of the <see cref="Devices.IModelInstanceGrain"/> of a model on it.</summary>
    public string InstanceOf(string model) => $"{SiloAddress}|{Name}|{model}";
}

/// <summary>What a device tells the queue every few seconds and whenever a lease ends.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.DeviceReport")]
public sealed record DeviceReport
{
    /// <summary>Gets the device.</summary>
    [Id(0)] public required DeviceId Device { get; init; }

    /// <summary>Gets the leases that it holds and is still working on.</summary>
    [Id(1)] public Lease[] Holds { get; init; } = [];

    /// <summary>Gets the leases that ended since the last successful report. Ends of unknown leases are ignored, so a report can be repeated.</summary>
    [Id(2)] public LeaseEnd[] Ended { get; init; } = [];

    /// <summary>Gets the models that it has loaded.</summary>
    [Id(3)] public string[] Models { get; init; } = [];

    /// <summary>Gets whether its process is leaving: it gets no further leases.</summary>
    [Id(4)] public bool Draining { get; init; }

    /// <summary>Gets how many runs it does at the same time.</summary>
    [Id(5)] public int Lanes { get; init; }

    /// <summary>Gets the memory that its models take, in bytes.</summary>
    [Id(6)] public long ModelBytes { get; init; }
}

/// <summary>How a lease ended.</summary>
/// <param name="Id">The lease.</param>
/// <param name="How">What happened.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Seconds">Time from the first shard's start to the last one's end, waiting for lanes included.</param>
/// <param name="DeviceSeconds">Time that the device needs for it alone: the time of all shards on its lanes, divided by the lanes.
/// 0 where nothing was computed, or from a worker that does not tell.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.LeaseEnd")]
public sealed record LeaseEnd(
    [property: Id(0)] Guid Id, [property: Id(1)] LeaseEnding How, [property: Id(2)] ErrorInfo? Error = null, [property: Id(3)] double Seconds = 0,
    [property: Id(4)] double DeviceSeconds = 0);

/// <summary>Ways in which a lease ends at its device.</summary>
public enum LeaseEnding
{
    /// <summary>The aggregator has the sums.</summary>
    Done = 0,

    /// <summary>Not computed, through no fault of the shards: the process leaves, or the work is no longer wanted.</summary>
    Returned = 1,

    /// <summary>Failed in a way that another device may not repeat; counts as an attempt.</summary>
    Failed = 2,

    /// <summary>Failed in a way that every device would repeat, such as a model without a gradient rule.</summary>
    Refused = 3,
}

/// <summary>The queue's answer to a report.</summary>
/// <param name="Dropped">Leases to stop working on: they ran out, or the image has ended.</param>
/// <param name="Drain">Whether an operator wants it to take no further work; null where nobody has said anything to this activation of the queue.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ReportReply")]
public sealed record ReportReply([property: Id(0)] Guid[] Dropped, [property: Id(1)] bool? Drain = null);
