using System.Diagnostics.Metrics;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Telemetry;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Measures another blob store: how long calls take, and which fail with what.</summary>
internal sealed class MeteredBlobStore(IBlobStore inner, TimeProvider time) : IBlobStore, IDisposable
{
    private static readonly Meter Meter = new(ClusterMetrics.Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "saliency.blob.duration", "s", "Time of a call of the blob store that succeeded; tag operation.", [], ClusterMetrics.Seconds(0.0005, 60));

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "saliency.blob.errors", "{call}", "Calls of the blob store that failed; tags operation, code.");

    public Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) => MeasureAsync("write", () => inner.WriteAsync(content, ct), ct);

    public Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default) =>
        MeasureAsync("write", () => inner.WriteAsync(content, maxBytes, ct), ct);

    public Task<AddedBlob> AddAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        MeasureAsync("write", () => inner.AddAsync(content, ct), ct);

    public Task<bool> TakeBackAsync(BlobInfo added, CancellationToken ct = default) =>
        MeasureAsync("delete", () => inner.TakeBackAsync(added, ct), ct);

    public Task<byte[]> ReadAsync(string hash, CancellationToken ct = default) => MeasureAsync("read", () => inner.ReadAsync(hash, ct), ct);

    public Task<Stream> OpenAsync(string hash, CancellationToken ct = default) => MeasureAsync("open", () => inner.OpenAsync(hash, ct), ct);

    public Task<bool> ExistsAsync(string hash, CancellationToken ct = default) => MeasureAsync("exists", () => inner.ExistsAsync(hash, ct), ct);

    public Task DeleteAsync(string hash, CancellationToken ct = default) => MeasureAsync("delete", async () =>
    {
        await inner.DeleteAsync(hash, ct);
        return true;
    }, ct);

    public Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default) =>
        MeasureAsync("delete", () => inner.DeleteUnlessWrittenSinceAsync(hash, since, ct), ct);

    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken ct = default) => inner.ListAsync(ct);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        try
        {
            var result = await call();
            Duration.Record(time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
            return result;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            Errors.Add(1, new("operation", operation), new("code", (error as SaliencyException)?.Code ?? "unknown"));
            throw;
        }
    }
}
