using System.Security.Cryptography;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Fakes;

/// <summary>Blobs in a dictionary; <see cref="IsFull"/> stands for a disk without room.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    private readonly Dictionary<string, DateTimeOffset> _writings = [];
    private int _seconds;

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public bool IsFull { get; set; }

    /// <summary>Gets or sets whether it leaves what is taken back to the collector.</summary>
    public bool KeepsAll { get; set; }

    public Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        if (IsFull) throw new SaliencyException("SAL9101", "The blob store is full.", "Make room.");
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        Blobs[hash] = content.ToArray();
        return Task.FromResult(hash);
    }

    public async Task<AddedBlob> AddAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        var known = Blobs.Count;
        var hash = await WriteAsync(content, ct);
        return new(new(hash, content.Length, _writings[hash] = DateTimeOffset.UnixEpoch.AddSeconds(++_seconds)), Blobs.Count > known);
    }

    public Task<bool> TakeBackAsync(BlobInfo added, CancellationToken ct = default) =>
        Task.FromResult(!KeepsAll && _writings[added.Hash] == added.Written && Blobs.Remove(added.Hash));

    public async Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default)
    {
        var copy = new MemoryStream();
        await content.CopyToAsync(copy, ct);
        return new(await WriteAsync(copy.ToArray(), ct), copy.Length, default);
    }

    public Task<byte[]> ReadAsync(string hash, CancellationToken ct = default) => Task.FromResult(Blobs[hash]);

    public Task<Stream> OpenAsync(string hash, CancellationToken ct = default) => Task.FromResult<Stream>(new MemoryStream(Blobs[hash]));

    public Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => Task.FromResult(Blobs.ContainsKey(hash));

    public Task DeleteAsync(string hash, CancellationToken ct = default)
    {
        Blobs.Remove(hash);
        return Task.CompletedTask;
    }

    public async Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default)
    {
        await DeleteAsync(hash, ct);
        return true;
    }

    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken ct = default) =>
        Blobs.Select(b => new BlobInfo(b.Key, b.Value.Length, default)).ToAsyncEnumerable();
}
