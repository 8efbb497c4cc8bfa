using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace SaliencyCluster.Grains.Placement;

/// <summary>Activates a grain on the silo that its key names: <c>silo address|...</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PinnedToSiloAttribute() : PlacementAttribute(new PinnedPlacement());

/// <summary>Marks grains whose key names their silo.</summary>
[GenerateSerializer, Alias("saliency.v1.PinnedPlacement")]
public sealed class PinnedPlacement : PlacementStrategy;

/// <summary>Reads the silo from the key; fails with <see cref="SiloUnavailableException"/> once it has left.</summary>
public sealed class PinnedPlacementDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString() ?? "";
        var silo = SiloAddress.FromParsableString(key[..key.IndexOf('|')]);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"The silo {silo} that {target.GrainIdentity} is pinned to has left.");
    }
}
