using System.Runtime.CompilerServices;
using System.Text.Json;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>Reads entries of a stored list of images; holds the root and one chunk.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ManifestReader(IBlobStore blobs, ManifestReference reference)
{
    private ManifestRoot? _root;
    private ManifestEntry[] _chunk = [];
    private int _chunkIndex = -1;

    /// <summary>Reads one entry.</summary>
    /// <exception cref="SaliencyException">SAL3005: the list cannot be read or has another number of images than its reference says.</exception>
    public async ValueTask<ManifestEntry> ReadAsync(int index, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, reference.Count);
        _root ??= await CheckAsync(ct);
        var wanted = index / ManifestWriter.ChunkSize;
        if (wanted != _chunkIndex)
        {
            _chunk = await JsonAsync<ManifestEntry[]>(_root.Chunks[wanted], ct);
            _chunkIndex = wanted;
        }
        return _chunk[index % ManifestWriter.ChunkSize];
    }

    /// <summary>Reads the root and checks it against the reference.</summary>
    /// <exception cref="SaliencyException">SAL3005.</exception>
    public async Task OpenAsync(CancellationToken ct = default) => _root ??= await CheckAsync(ct);

    /// <summary>Names every blob of the list: its own and those of its images.</summary>
    /// <exception cref="SaliencyException">SAL3005; SAL9102 and others of the blob store.</exception>
    public async IAsyncEnumerable<string> BlobsAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        yield return reference.Hash;
        _root ??= await CheckAsync(ct);
        foreach (var chunk in _root.Chunks) yield return chunk;
        foreach (var chunk in _root.Chunks)
        {
            foreach (var image in await JsonAsync<ManifestEntry[]>(chunk, ct))
            {
                yield return image.Blob;
                if (image.Mask is { } mask) yield return mask;
                if (image.Baseline is { } baseline) yield return baseline;
            }
        }
    }

    private async Task<ManifestRoot> CheckAsync(CancellationToken ct)
    {
        var file = await blobs.ReadAsync(reference.Hash, ct);
        // A list of one may be its own chunk.
        var root = reference.Count == 1 && file is [(byte)'[', ..] ? new(1, [reference.Hash]) : Read<ManifestRoot>(reference.Hash, file);
        var chunks = (reference.Count + ManifestWriter.ChunkSize - 1) / ManifestWriter.ChunkSize;
        return root.Count == reference.Count && root.Chunks.Count == chunks ? root : throw Unreadable(
            reference.Hash, $"it has {root.Count} images in {root.Chunks.Count} chunks, but the job names {reference.Count}", null);
    }

    private async Task<T> JsonAsync<T>(string hash, CancellationToken ct) => Read<T>(hash, await blobs.ReadAsync(hash, ct));

    private static T Read<T>(string hash, byte[] file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file) ?? throw Unreadable(hash, "it is empty", null);
        }
        catch (JsonException e)
        {
            throw Unreadable(hash, e.Message, e);
        }
    }

    private static SaliencyException Unreadable(string hash, string why, Exception? cause) => new(
        "SAL3005", $"The image list in blob {hash} cannot be used: {why}.", "Submit the job again through the gateway, which writes the list.", cause);
}
