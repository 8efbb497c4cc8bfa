using SaliencyCluster.Grains.Abstractions.Cluster;

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
