using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Grains.Retention;

/// <summary>What a collection did.</summary>
/// <param name="Jobs">Ended jobs that were removed.</param>
/// <param name="Kept">Blobs that stay.</param>
/// <param name="Removed">Blobs that were removed.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record SweepReport(int Jobs, long Kept, long Removed, long Bytes);

/// <summary>
/// Removes ended jobs after their retention, then the blobs that nothing refers to: first every reference is marked, then every blob looked at.
/// </summary>
/// <remarks>
/// Safe beside submissions without a lock. Whoever is about to refer to a blob has written it, which gives it a new time; blobs younger than
/// the grace period stay, and a blob that was written again meanwhile too. A reference that cannot be read ends the collection before
/// anything is removed.
/// </remarks>
/// <param name="removeEnded">Removes the jobs that ended before a time and returns how many.</param>
/// <param name="blobs">What is collected.</param>
/// <param name="references">What stays.</param>
/// <param name="options">How long.</param>
/// <param name="time">Now.</param>
internal sealed class BlobCollector(
    Func<DateTimeOffset, CancellationToken, Task<int>> removeEnded, IBlobStore blobs, IEnumerable<IBlobReferences> references, RetentionOptions options, TimeProvider time)
{
    public async Task<SweepReport> SweepAsync(CancellationToken ct)
    {
        var started = time.GetUtcNow();
        var ended = await removeEnded(started - options.Retention, ct);
        var marked = new MarkedBlobs(Random.Shared.Next());
        foreach (var source in references)
        {
            await foreach (var hash in source.ReferencesAsync(ct)) marked.Add(hash);
        }
        var before = started - options.BlobGrace;
        long kept = 0, removed = 0, bytes = 0;
        await foreach (var blob in blobs.ListAsync(ct))
        {
            if (blob.Written < before && !marked.Contains(blob.Hash) && await blobs.DeleteUnlessWrittenSinceAsync(blob.Hash, before, ct))
                (removed, bytes) = (removed + 1, bytes + blob.Length);
            else kept++;
        }
        return new(ended, kept, removed, bytes);
    }
}
