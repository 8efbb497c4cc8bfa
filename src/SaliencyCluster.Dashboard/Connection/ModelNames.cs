using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Connection;

/// <summary>The caller's models, and their names by the SHA-256 that measurements and devices speak of.</summary>
public sealed class ModelNames(ClusterConnection connection, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private long? _read;

    /// <summary>Gets the models as they were last read.</summary>
    public IReadOnlyList<ModelListing> All { get; private set; } = [];

    /// <summary>Reads the models.</summary>
    public async Task<IReadOnlyList<ModelListing>> ReadAsync(CancellationToken cancellation = default)
    {
        _read = clock.GetTimestamp();
        return All = await connection.Client.Models.ListAsync(cancellation);
    }

    /// <summary>Reads the models again where a hash has no name yet, though not all the time: it may be another tenant's.</summary>
    public async Task KnowAsync(IEnumerable<string> hashes, CancellationToken cancellation)
    {
        if (hashes.All(IsKnown) || (_read is { } last && clock.GetElapsedTime(last) < Freshness)) return;
        await ReadAsync(cancellation);
    }

    /// <summary>Gets the newest version of every name that a file has, or null where it has none.</summary>
    public string? Of(string hash)
    {
        var names = All.Where(m => m.Sha256 == hash).GroupBy(m => m.Name).Select(n => $"{n.Key}:{n.Max(m => m.Version)}").ToList();
        return names.Count > 0 ? string.Join(" = ", names) : null;
    }

    private bool IsKnown(string hash) => All.Any(m => m.Sha256 == hash);
}
