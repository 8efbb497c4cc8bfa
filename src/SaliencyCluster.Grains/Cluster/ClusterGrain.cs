using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Placement;

namespace SaliencyCluster.Grains.Cluster;

/// <summary>Puts membership, metadata and queues together, at most three times a second however many ask.</summary>
[PlaceOnRole(Roles.Gateway)]
[GrainType("saliency.cluster")]
internal sealed class ClusterGrain(IClusterMembershipService membership, ISiloMetadataCache metadata, TimeProvider time) : Grain, IClusterGrain
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(0.3);
    private ClusterView? _view;
    private DateTimeOffset _made;

    public async Task<ClusterView> DescribeAsync()
    {
        if (_view is not null && time.GetUtcNow() - _made < MaxAge) return _view;
        // The snapshot of this silo, not the table: the view is there while the database is not.
        var members = membership.CurrentSnapshot.Members.Values;
        // A worker says in its metadata which pool it serves; the default pool is there even without one.
        var pools = members.Select(m => SiloNotes.Pool(metadata, m.SiloAddress)).Where(p => p.Length > 0).Append(GrainKeys.DefaultPool).Distinct().Order(StringComparer.Ordinal);
        var views = await Task.WhenAll(pools.Select(pool => GrainFactory.GetGrain<IShardQueueGrain>(pool).DescribeAsync()));
        var silos = members.Where(m => m.Status != SiloStatus.Dead).OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => new SiloView(m.Name, m.SiloAddress.ToParsableString(), SiloNotes.Roles(metadata, m.SiloAddress), m.Status.ToString(), SiloNotes.Started(metadata, m.SiloAddress)));
        (_view, _made) = (new([.. silos], views), time.GetUtcNow());
        return _view;
    }
}
