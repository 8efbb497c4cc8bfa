using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace SaliencyCluster.Grains.Placement;

/// <summary>
/// Tells whether this silo knows an active gateway. A call to a grain of gateways fails without one, noisily, although that is a
/// normal state: workers may start first, and a gateway may be restarting.
/// </summary>
internal sealed class GatewayPresence(IClusterMembershipService membership, ISiloMetadataCache metadata, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public bool IsThere => membership.CurrentSnapshot.Members.Values.Any(
        m => m.Status == SiloStatus.Active && Roles.Has(SiloNotes.Roles(metadata, m.SiloAddress), Roles.Gateway));

    /// <summary>Waits until there is one.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        while (!IsThere) await Task.Delay(Pause, time, cancellation);
    }
}
