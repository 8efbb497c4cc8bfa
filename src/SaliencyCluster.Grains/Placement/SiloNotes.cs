using System.Globalization;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace SaliencyCluster.Grains.Placement;

/// <summary>What every silo says about itself in its metadata.</summary>
public static class SiloNotes
{
    private const string RoleKey = "role", PoolKey = "pool", StartedKey = "started";

    /// <summary>Makes the metadata of a silo.</summary>
    /// <param name="roles">Its roles, joined by <c>+</c>.</param>
    /// <param name="pool">The pool that its workers serve.</param>
    /// <param name="started">When its process started.</param>
    public static Dictionary<string, string> Of(string roles, string pool, DateTimeOffset started) => new()
    {
        [RoleKey] = roles,
        [PoolKey] = Placement.Roles.Has(roles, Placement.Roles.Worker) ? pool : "",
        [StartedKey] = started.ToString("O", CultureInfo.InvariantCulture),
    };

    internal static string Roles(ISiloMetadataCache cache, SiloAddress silo) => Read(cache, silo, RoleKey);

    internal static string Pool(ISiloMetadataCache cache, SiloAddress silo) => Read(cache, silo, PoolKey);

    internal static DateTimeOffset Started(ISiloMetadataCache cache, SiloAddress silo) =>
        DateTimeOffset.TryParse(Read(cache, silo, StartedKey), CultureInfo.InvariantCulture, out var started) ? started : DateTimeOffset.UnixEpoch;

    private static string Read(ISiloMetadataCache cache, SiloAddress silo, string key) =>
        cache.GetSiloMetadata(silo).Metadata.TryGetValue(key, out var value) ? value : "";
}
