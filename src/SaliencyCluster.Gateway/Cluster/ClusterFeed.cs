using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Cluster;

/// <summary>
/// The cluster as it changes. It asks for the newest state only when the reader has taken the one before, so a slow reader skips
/// states; what is asked is answered from memory and shared by all readers.
/// </summary>
internal sealed class ClusterFeed(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>How far back throughput is known, in seconds.</summary>
    public const int MaxHistory = 300;

    // A lease is about a second of work and is counted for the seconds in which it was done: those are sent again.
    private const int SentAgain = 6;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    /// <summary>Reads the state now and twice a second until cancelled.</summary>
    public async IAsyncEnumerable<ClusterUpdate> ReadAsync(Caller caller, int history, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var back = history;
        while (true)
        {
            if (await NextAsync(caller, back) is { } update)
            {
                yield return update;
                back = SentAgain;
            }
            await Task.Delay(Period, clock, cancellation);
        }
    }

    private async Task<ClusterUpdate?> NextAsync(Caller caller, int back)
    {
        try
        {
            var now = clock.GetUtcNow();
            var view = await grains.GetGrain<IClusterGrain>(GrainKeys.Single).DescribeAsync();
            var first = now.ToUnixTimeSeconds() - back + 1;
            var pools = await Task.WhenAll(view.Pools.Select(pool => grains.GetGrain<IShardQueueGrain>(pool.Name).ReadThroughputAsync(first)));
            var isOperator = caller.Role >= Role.Operate;
            // Machines, and how much others ask of them, are the operators' to see.
            var status = isOperator ? ClusterService.Write(view, now) : new ClusterStatus { Version = ClusterService.Version, Now = Timestamp.FromDateTimeOffset(now) };
            var update = new ClusterUpdate { Status = status, FirstSecond = first };
            foreach (var pool in pools)
            {
                var series = pool.Series.Where(s => s.Tenant == caller.Tenant && (isOperator || s.Kind != ThroughputKind.Worker));
                update.Throughput.AddRange(series.Select(s => Write(s, (int)(pool.FirstSecond - first))));
            }
            return update;
        }
        catch (Exception error) when (ClusterBusy.Is(error))
        {
            // The queue or its silo moves; the next state is half a second away.
            return null;
        }
    }

    private static Throughput Write(ThroughputSeries series, int offset)
    {
        var written = new Throughput
        {
            Of = series.Kind switch { ThroughputKind.Model => ThroughputOf.Model, ThroughputKind.Method => ThroughputOf.Method, _ => ThroughputOf.Worker },
            Name = series.Name,
            Label = series.Label,
        };
        written.Points.AddRange(Enumerable.Repeat(0.0, Math.Max(0, offset)).Concat(series.Points.Select(p => (double)p)));
        return written;
    }
}
