using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Retention;

/// <summary>
/// Wakes a job or an evaluation and names its blobs: image lists, images, masks, baselines, models, maps, checkpoints of images under way, answers and
/// reports.
/// </summary>
internal sealed class WorkWalk(IGrainFactory grains, IBlobStore blobs, ILogger logger)
{
    /// <summary>Gets when it ended; null while it goes on, and where there is none.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>Gets whether everything could be read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Names its blobs.</summary>
    public IAsyncEnumerable<string> OfAsync(WorkKey work, CancellationToken ct) =>
        work.Kind == WorkKind.Job ? JobAsync(JobKey.Parse(work.Grain), ct) : EvaluationAsync(work.Grain, ct);

    private async IAsyncEnumerable<string> EvaluationAsync(string key, [EnumeratorCancellation] CancellationToken ct)
    {
        if (await grains.GetGrain<IEvaluationWorkGrain>(key).GetBlobsAsync() is not { } refers) yield break;
        foreach (var blob in refers.Own) yield return blob;
        await foreach (var blob in ListedAsync(LogName.Of(EvaluationKey.Parse(key)), refers.Images, ct)) yield return blob;
        foreach (var batch in refers.Batches)
        {
            await foreach (var blob in JobAsync(JobKey.Parse(batch), ct)) yield return blob;
        }
        Ended = refers.Ended;
    }

    private async IAsyncEnumerable<string> JobAsync(JobKey key, [EnumeratorCancellation] CancellationToken ct)
    {
        if (await grains.GetGrain<IJobWorkGrain>(key.ToString()).GetBlobsAsync() is not { } refers) yield break;
        Ended = refers.Ended;
        yield return refers.Model;
        foreach (var baseline in refers.Baselines) yield return baseline;
        foreach (var image in refers.Active)
        {
            if (await grains.GetGrain<IAggregatorWorkGrain>(key.Image(image).ToString()).GetCheckpointAsync() is { } checkpoint) yield return checkpoint;
        }
        await foreach (var blob in ListedAsync(LogName.Of(key), refers.Images, ct)) yield return blob;
        if (refers.Only is { } only)
        {
            foreach (var map in MapsOf(only)) yield return map;
            yield break;
        }
        for (var page = 0; page * IOutcomePageGrain.Size < refers.Images.Count; page++)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var map in (await OutcomeReader.Page(grains, key, page).ReadAsync()).SelectMany(MapsOf)) yield return map;
        }
    }

    private async IAsyncEnumerable<string> ListedAsync(string owner, ManifestReference images, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var listed = new ManifestReader(blobs, images).BlobsAsync(ct).GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await listed.MoveNextAsync()) yield break;
            }
            catch (SaliencyException error) when (!StorageOutage.Is(error))
            {
                // The list is lost, so no image of it can be explained any more; all other references still count.
                logger.ListUnreadable(owner, error);
                IsWhole = false;
                yield break;
            }
            yield return listed.Current;
        }
    }

    private static IEnumerable<string> MapsOf(ImageOutcome outcome) => outcome.Result is not { } first ? []
        : outcome.Compared.Prepend(first).SelectMany(result => result.StandardErrorMap is { } error ? [result.Map, error] : new[] { result.Map });
}
