using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>Hands the shards of a pool to its devices. The key is the pool.</summary>
/// <remarks>
/// Lives on gateway silos, in memory only: aggregators offer their tickets again every few seconds and devices name the leases
/// they hold in every report, so a new activation knows everything again after one round of both, and no result is lost meanwhile.
/// A shard may be computed twice, never counted twice: aggregators drop what they have.
/// </remarks>
[Version(1), Alias("saliency.v1.IShardQueueGrain")]
public interface IShardQueueGrain : IGrainWithStringKey
{
    /// <summary>Offers a round, or says that it is still wanted. Repeat every few seconds: after 30 s without, the ticket is dropped.</summary>
    [Alias("Publish")]
    Task<PublishReply> PublishAsync(RoundTicket ticket);

    /// <summary>Takes back whatever an image has offered; devices that compute it are told with their next report. Safe to repeat.</summary>
    [Alias("Withdraw")]
    Task WithdrawAsync(string image);

    /// <summary>Leases shards, waiting for work if there is none; empty when there was none in time.</summary>
    /// <remarks>Interactive work first; then tenants and their jobs by weight. A lease whose answer was lost runs out and is handed
    /// out again. <paramref name="ct"/> ends the waiting.</remarks>
    [Alias("Acquire")]
    Task<IReadOnlyList<Lease>> AcquireAsync(AcquireRequest request, CancellationToken ct = default);

    /// <summary>Puts off the deadlines of the leases a device holds and ends others. Safe to repeat; call it at least every 3 s.</summary>
    [Alias("Report")]
    Task<ReportReply> ReportAsync(DeviceReport report);

    /// <summary>Says what a job has not started yet, and returns the number of devices that serve the pool. Repeat every few seconds:
    /// after 30 s without, it is forgotten.</summary>
    [Alias("Announce")]
    Task<int> AnnounceAsync(JobBacklog backlog);

    /// <summary>Gets how much work there is and was lately, for scaling.</summary>
    [Alias("MeasureLoad")]
    Task<PoolLoad> MeasureLoadAsync();

    /// <summary>Gets the number of devices that serve the pool.</summary>
    [Alias("CountDevices")]
    Task<int> CountDevicesAsync();

    /// <summary>Gets the points of each second from <paramref name="firstSecond"/> (Unix time) on, as far back as they are kept: 5 minutes.</summary>
    [Alias("ReadThroughput")]
    Task<PoolThroughput> ReadThroughputAsync(long firstSecond);

    /// <summary>Lets the devices of a process take no further work, or take work again; they are told with their next report and
    /// remember it until their process ends. Returns how many devices of that name serve the pool. Safe to repeat.</summary>
    [Alias("Drain")]
    Task<int> DrainAsync(string silo, bool drain);

    /// <summary>Describes the pool.</summary>
    [Alias("Describe")]
    Task<PoolView> DescribeAsync();
}

/// <summary>What the queue knows of a ticket.</summary>
/// <param name="Poison">Why a shard of the ticket is given up, such as that it ended its worker three times; null otherwise.</param>
/// <param name="Devices">Devices that serve the pool now; with 0 the work waits for the first.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.PublishReply")]
public sealed record PublishReply([property: Id(0)] ErrorInfo? Poison, [property: Id(1)] int Devices);

/// <summary>What a job will still offer: a job of 100,000 images has only a window of them in the queue at a time.</summary>
/// <param name="Job">The job, a <see cref="Keys.JobKey"/>.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Method">The method.</param>
/// <param name="Points">Expected points of images that have not been started; 0 for a job that is paused or has ended.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.JobBacklog")]
public sealed record JobBacklog(
    [property: Id(0)] string Job, [property: Id(1)] string ModelHash, [property: Id(2)] string Method, [property: Id(3)] long Points);

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
/// <param name="Level">The <see cref="WorkLevel"/> of the worker; 0 from one of 0.1.</param>
/// <param name="Confirms">Whether the device reports that it holds a lease before it starts with it, where the lease asks for that.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.AcquireRequest")]
public sealed record AcquireRequest(
    [property: Id(0)] DeviceId Device, [property: Id(1)] int MaxPoints, [property: Id(2)] int MaxLeases,
    [property: Id(3)] string[] Models, [property: Id(4)] TimeSpan MaxWait,
    [property: Id(5)] bool InteractiveOnly = false, [property: Id(6)] TimeSpan LeaseWork = default,
    [property: Id(7)] int Level = 0, [property: Id(8)] bool Confirms = false);
