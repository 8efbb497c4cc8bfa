using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>The real blob store, except that silos read what a test makes of the bytes, and that a test may let operations fail.</summary>
internal sealed class FailingBlobs(IBlobStore inner) : IBlobStore
{
    private int _failures;

    /// <summary>Gets or sets what becomes of a blob that is read.</summary>
    public Func<byte[], byte[]> Read { get; set; } = bytes => bytes;

    /// <summary>Gets or sets what decides for each operation whether it fails; null for none.</summary>
    public Func<FailureMoment?>? Chance { get; set; }

    /// <summary>Gets how many operations have failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public Task<byte[]> ReadAsync(string hash, CancellationToken ct = default) => RunAsync(async () => Read(await inner.ReadAsync(hash, ct)));

    public Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) => RunAsync(() => inner.WriteAsync(content, ct));

    public Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default) =>
        RunAsync(() => inner.WriteAsync(content, maxBytes, ct));

    public Task<Stream> OpenAsync(string hash, CancellationToken ct = default) => RunAsync(() => inner.OpenAsync(hash, ct));

    public Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => RunAsync(() => inner.ExistsAsync(hash, ct));

    public Task DeleteAsync(string hash, CancellationToken ct = default) => RunAsync(async () =>
    {
        await inner.DeleteAsync(hash, ct);
        return true;
    });

    public Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default) =>
        RunAsync(() => inner.DeleteUnlessWrittenSinceAsync(hash, since, ct));

    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken ct = default) => inner.ListAsync(ct);

    private async Task<T> RunAsync<T>(Func<Task<T>> operation)
    {
        var failure = Chance?.Invoke();
        var result = failure is null or FailureMoment.After ? await operation() : default;
        if (failure is null) return result!;
        (result as IDisposable)?.Dispose();
        Interlocked.Increment(ref _failures);
        throw new SaliencyException(StorageOutage.BlobsNotReachable, "The test has taken the blob store away.", "Wait for its return.");
    }
}
