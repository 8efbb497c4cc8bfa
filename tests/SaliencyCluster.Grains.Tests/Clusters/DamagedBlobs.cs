using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>The real blob store, except that silos read what a test makes of the bytes.</summary>
internal sealed class DamagedBlobs(IBlobStore inner) : IBlobStore
{
    /// <summary>Gets or sets what becomes of a blob that is read.</summary>
    public Func<byte[], byte[]> Read { get; set; } = bytes => bytes;

    public async Task<byte[]> ReadAsync(string hash, CancellationToken ct = default) => Read(await inner.ReadAsync(hash, ct));

    public Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) => inner.WriteAsync(content, ct);

    public Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default) => inner.WriteAsync(content, maxBytes, ct);

    public Task<Stream> OpenAsync(string hash, CancellationToken ct = default) => inner.OpenAsync(hash, ct);

    public Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => inner.ExistsAsync(hash, ct);

    public Task DeleteAsync(string hash, CancellationToken ct = default) => inner.DeleteAsync(hash, ct);

    public Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default) =>
        inner.DeleteUnlessWrittenSinceAsync(hash, since, ct);

    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken ct = default) => inner.ListAsync(ct);
}
