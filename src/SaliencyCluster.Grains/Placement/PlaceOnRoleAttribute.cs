using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace SaliencyCluster.Grains.Placement;

/// <summary>Activates a grain only on silos with a role. Orleans' own metadata filter compares with the calling silo and cannot say this.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PlaceOnRoleAttribute(string role, int order = 0) : PlacementFilterAttribute(new RoleFilterStrategy(role, order));

/// <summary>The role that a grain class asks for; travels in the grain manifest.</summary>
public sealed class RoleFilterStrategy(string role, int order) : PlacementFilterStrategy(order)
{
    private const string Property = "role";

    /// <summary>Makes one to be filled from the manifest.</summary>
    public RoleFilterStrategy() : this("", 0) { }

    /// <summary>Gets the role.</summary>
    public string Role { get; private set; } = role;

    /// <inheritdoc/>
    public override void AdditionalInitialize(GrainProperties properties) =>
        Role = GetPlacementFilterGrainProperty(Property, properties) ?? throw new ArgumentException("The grain manifest lacks the role of a grain.", nameof(properties));

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(Property, Role)];
}

/// <summary>Leaves only silos with the role. A silo whose metadata has not arrived yet is left out; callers retry.</summary>
public sealed class RoleFilterDirector(ISiloMetadataCache cache) : IPlacementFilterDirector
{
    /// <inheritdoc/>
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos) =>
        silos.Where(silo => Roles.Has(SiloNotes.Roles(cache, silo), ((RoleFilterStrategy)filterStrategy).Role));
}
