using System.Globalization;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>What a look at the database showed.</summary>
/// <param name="Version">The version of the schema; null where there are no tables.</param>
/// <param name="Wanted">The version that this program works with.</param>
/// <param name="Now">The database's clock; null where it is this host's.</param>
internal sealed record DatabaseState(string? Version, string Wanted, DateTimeOffset? Now)
{
    /// <summary>Gets whether a version before made the tables, which this program can use as they are.</summary>
    public bool IsOlder => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version < int.Parse(Wanted, NumberStyles.None, CultureInfo.InvariantCulture);
}
