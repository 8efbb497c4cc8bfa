using System.Text.Json;

namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>
/// Stores a list of images in chunks of <see cref="ChunkSize"/>, so that neither the one who writes it nor the one who reads
/// a window of it ever holds the whole list. Equal lists have equal hashes.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="write">Stores a blob and returns its hash.</param>
public sealed class ManifestWriter(Func<ReadOnlyMemory<byte>, CancellationToken, Task<string>> write)
{
    /// <summary>Entries per chunk.</summary>
    public const int ChunkSize = 500;

    private readonly List<ManifestEntry> _open = new(ChunkSize);
    private readonly List<string> _chunks = [];
    private int _count;

    /// <summary>Writes into a store.</summary>
    public ManifestWriter(IBlobStore blobs)
        : this(blobs.WriteAsync)
    {
    }

    /// <summary>Stores a list of one image in one blob, for a job whose id nobody uses twice: another way of storing an equal list has another hash.</summary>
    public async Task<ManifestReference> StoreOneAsync(ManifestEntry entry, CancellationToken ct = default) =>
        new(await write(JsonSerializer.SerializeToUtf8Bytes<ManifestEntry[]>([entry]), ct), 1);

    /// <summary>Adds an image whose bytes are already stored.</summary>
    public async ValueTask AddAsync(ManifestEntry entry, CancellationToken ct = default)
    {
        _open.Add(entry);
        _count++;
        if (_open.Count == ChunkSize) await FlushAsync(ct);
    }

    /// <summary>Stores what is left and returns the reference.</summary>
    public async Task<ManifestReference> CompleteAsync(CancellationToken ct = default)
    {
        if (_open.Count > 0) await FlushAsync(ct);
        var root = JsonSerializer.SerializeToUtf8Bytes(new ManifestRoot(_count, _chunks));
        return new(await write(root, ct), _count);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        _chunks.Add(await write(JsonSerializer.SerializeToUtf8Bytes(_open), ct));
        _open.Clear();
    }
}

internal sealed record ManifestRoot(int Count, IReadOnlyList<string> Chunks);
