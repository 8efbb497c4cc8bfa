using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Retention;

/// <summary>Collects from time to time, on one gateway at a time. The key is <see cref="Abstractions.Keys.GrainKeys.Single"/>.</summary>
[Version(1), Alias("saliency.v1.IBlobCollectorGrain")]
internal interface IBlobCollectorGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that it is awake.</summary>
    [Alias("Ping")]
    Task PingAsync();
}

/// <summary>The shell around <see cref="BlobCollector"/>: a timer. Reentrant, so that pings are answered during a collection.</summary>
[PlaceOnRole(Roles.Gateway), KeepAlive, Reentrant]
[GrainType("saliency.blob-collector")]
internal sealed class BlobCollectorGrain(
    IBlobStore blobs, IEnumerable<IBlobReferences> references, IOptions<RetentionOptions> options, TimeProvider time, ILogger<BlobCollectorGrain> logger)
    : Grain, IBlobCollectorGrain
{
    // Soon after a start, so that gateways that are restarted every hour collect too; not at once, when everything else starts.
    private static readonly TimeSpan FirstSweep = TimeSpan.FromMinutes(2);

    // Long enough to come back to a comparison, and not so long that looking fills the store.
    private static readonly TimeSpan ViewedFor = TimeSpan.FromHours(1), ViewedSweep = TimeSpan.FromMinutes(10);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var period = options.Value.SweepPeriod;
        this.RegisterGrainTimer(RemoveViewedAsync, new GrainTimerCreationOptions(ViewedSweep, ViewedSweep) { Interleave = true, KeepAlive = true });
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions(period < FirstSweep ? period : FirstSweep, period) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task PingAsync() => Task.CompletedTask;

    private async Task RemoveViewedAsync(CancellationToken cancellation)
    {
        try
        {
            await new StoredWork(GrainFactory, logger).RemoveViewedAsync(time.GetUtcNow() - ViewedFor, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.CollectionEnded(ViewedSweep, error);
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        try
        {
            var work = new StoredWork(GrainFactory, logger);
            var report = await new BlobCollector(work.RemoveEndedAsync, blobs, references, options.Value, time).SweepAsync(cancellation);
            if (report.Jobs + report.Removed > 0) logger.Collected(report.Jobs, report.Removed, report.Bytes, report.Kept);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.CollectionEnded(options.Value.SweepPeriod, error);
        }
    }
}
