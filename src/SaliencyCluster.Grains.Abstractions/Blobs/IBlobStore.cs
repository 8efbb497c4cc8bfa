using SaliencyCluster.Grains.Abstractions.Storage;

namespace SaliencyCluster.Grains.Abstractions.Blobs;

/// <summary>
/// Keeps models, images, manifests, checkpoints and maps under the SHA-256 of their bytes (64 lower-case hexadecimal digits).
/// </summary>
/// <remarks>
/// Writing the same bytes again is free and safe at any time, so every write may be repeated. A write is durable when the call
/// returns and is never seen half done. Every read is checked against the name. Every call may fail with SAL9105 to SAL9107 while the
/// store is away (<see cref="StorageOutage"/>).
/// </remarks>
public interface IBlobStore
{
    /// <summary>Stores bytes and returns their hash.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101: the store is full or cannot be written.</exception>
    Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default);

    /// <summary>Stores a stream of any length without holding it in memory.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="maxBytes">The most bytes to take.</param>
    /// <param name="ct">Cancels; nothing is stored then.</param>
    /// <exception cref="Onnx.SaliencyException">SAL9101: the store is full or cannot be written. SAL9103: more than
    /// <paramref name="maxBytes"/>.</exception>
    Task<BlobInfo> WriteAsync(Stream content, long maxBytes = long.MaxValue, CancellationToken ct = default);

    /// <summary>Stores bytes as <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/> does,
    /// so that they can be taken back.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9101: the store is full or cannot be written.</exception>
    async Task<AddedBlob> AddAsync(ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        new(new(await WriteAsync(content, ct), content.Length, default), IsNew: true);

    /// <summary>Takes back a blob that nothing refers to, unless anybody has written it since: that one may be about
    /// to refer to it.</summary>
    /// <returns>Whether it is gone. A store that cannot tell who wrote last leaves it to the collector.</returns>
    Task<bool> TakeBackAsync(BlobInfo added, CancellationToken ct = default) => Task.FromResult(false);

    /// <summary>Reads a whole blob, checked.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9102: there is no such blob. SAL9104: its bytes are not the ones that were stored.</exception>
    Task<byte[]> ReadAsync(string hash, CancellationToken ct = default);

    /// <summary>Opens a blob for reading; the check fails at its end, so act on the content only after that.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9102: there is no such blob. SAL9104, thrown by the read that reaches the end:
    /// its bytes are not the ones that were stored.</exception>
    Task<Stream> OpenAsync(string hash, CancellationToken ct = default);

    /// <summary>Says whether a blob is there.</summary>
    Task<bool> ExistsAsync(string hash, CancellationToken ct = default);

    /// <summary>Removes a blob; without effect where there is none.</summary>
    Task DeleteAsync(string hash, CancellationToken ct = default);

    /// <summary>Removes a blob that nothing refers to, unless it was written again: somebody may be about to refer to it.</summary>
    /// <param name="hash">The blob.</param>
    /// <param name="since">A blob that was written at this time or later stays.</param>
    /// <param name="ct">Cancels; the blob may be gone or not then.</param>
    /// <returns>Whether it was removed.</returns>
    Task<bool> DeleteUnlessWrittenSinceAsync(string hash, DateTimeOffset since, CancellationToken ct = default);

    /// <summary>Lists every blob, in no order.</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken ct = default);
}

/// <summary>A stored blob.</summary>
/// <param name="Hash">SHA-256 in lower-case hexadecimal.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was stored last.</param>
public sealed record BlobInfo(string Hash, long Length, DateTimeOffset Written);

/// <summary>A blob that was stored to be taken back, should what refers to it not come to be.</summary>
/// <param name="Blob">The blob, with the time that this writing left on it.</param>
/// <param name="IsNew">False where it was there before, so that others may refer to it.</param>
public sealed record AddedBlob(BlobInfo Blob, bool IsNew);
