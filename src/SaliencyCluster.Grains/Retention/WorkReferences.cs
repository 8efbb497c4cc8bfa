using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Retention;

/// <summary>
/// The blobs of stored jobs and evaluations. What has ended refers to the same blobs until it goes: they are listed once in a blob for each page
/// of the list of work, so that a collection wakes only what goes on, ended since the one before, or is very large. Holds one page at a time.
/// </summary>
internal sealed class WorkReferences(IGrainFactory grains, IBlobStore blobs, TimeProvider time, ILogger<WorkReferences> logger) : IBlobReferences
{
    // More than this is walked again by every collection, which is little beside reading so many blobs.
    private const int MaxListed = 1000;

    // An outcome that was on its way when its job was cancelled has arrived by then: a call takes 30 s at the most.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    public async IAsyncEnumerable<string> ReferencesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in new StoredWork(grains, logger).PagesAsync(ct))
        {
            await foreach (var blob in OfAsync(page, ct)) yield return blob;
        }
    }

    private async IAsyncEnumerable<string> OfAsync(WorkPage page, [EnumeratorCancellation] CancellationToken ct)
    {
        var known = await page.Grain.LookAsync();
        var (before, ended, listed) = (await ReadAsync(page, known, ct), new Dictionary<string, DateTimeOffset>(), new Dictionary<string, IReadOnlyCollection<string>>());
        foreach (var work in page.Of(known))
        {
            if (known.Ended.TryGetValue(work.Id, out var at) && before.TryGetValue(work.Id, out var list))
            {
                (ended[work.Id], listed[work.Id]) = (at, list);
                foreach (var blob in list) yield return blob;
                continue;
            }
            var walk = new WorkWalk(grains, blobs, logger);
            var found = new HashSet<string>();
            await foreach (var blob in walk.OfAsync(work, ct))
            {
                if (found.Count <= MaxListed) found.Add(blob);
                yield return blob;
            }
            if (walk.Ended is not { } end || end > time.GetUtcNow() - Margin) continue;
            ended[work.Id] = end;
            if (walk.IsWhole && found.Count <= MaxListed) listed[work.Id] = found;
        }
        if (ended.Keys.ToHashSet().SetEquals(known.Ended.Keys) && listed.Keys.ToHashSet().SetEquals(before.Keys))
        {
            if (known.References is { } stored) yield return stored;
            yield break;
        }
        var references = listed.Count == 0 ? null : await blobs.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(listed), ct);
        if ((await page.Grain.SettleAsync(known.Changes, ended, references) ? references : known.References) is { } kept) yield return kept;
    }

    private async Task<Dictionary<string, string[]>> ReadAsync(WorkPage page, JobIndexPageRecord known, CancellationToken ct)
    {
        if (known.References is not { } references) return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string[]>>(await blobs.ReadAsync(references, ct))!;
        }
        catch (SaliencyException error) when (!StorageOutage.Is(error))
        {
            // It is made again of what it was made of.
            logger.ReferencesUnreadable(page.Grain.GetPrimaryKeyString(), error);
            return [];
        }
    }
}
