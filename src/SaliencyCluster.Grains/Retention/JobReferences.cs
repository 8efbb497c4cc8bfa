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
/// The blobs of stored jobs and evaluations: image lists, images, masks, baselines, models, maps, checkpoints of images under way, answers and reports.
/// Holds one page at a time.
/// </summary>
internal sealed class JobReferences(IGrainFactory grains, IBlobStore blobs, ILogger<JobReferences> logger) : IBlobReferences
{
    public async IAsyncEnumerable<string> ReferencesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var job in new StoredJobs(grains).ListAsync(ct))
        {
            await foreach (var blob in OfAsync(new JobKey(job.Tenant, job.Id), ct)) yield return blob;
        }
        await foreach (var evaluation in new StoredEvaluations(grains).ListAsync(ct))
        {
            var key = new EvaluationKey(evaluation.Tenant, evaluation.Id).ToString();
            if (await grains.GetGrain<IEvaluationWorkGrain>(key).GetBlobsAsync() is not { } refers) continue;
            foreach (var blob in refers.Own) yield return blob;
            await foreach (var blob in ListedAsync(key, refers.Images, ct)) yield return blob;
            foreach (var batch in refers.Batches)
            {
                await foreach (var blob in OfAsync(JobKey.Parse(batch), ct)) yield return blob;
            }
        }
    }

    private async IAsyncEnumerable<string> OfAsync(JobKey key, [EnumeratorCancellation] CancellationToken ct)
    {
        if (await grains.GetGrain<IJobWorkGrain>(key.ToString()).GetBlobsAsync() is not { } refers) yield break;
        yield return refers.Model;
        foreach (var baseline in refers.Baselines) yield return baseline;
        foreach (var image in refers.Active)
        {
            if (await grains.GetGrain<IAggregatorWorkGrain>(key.Image(image).ToString()).GetCheckpointAsync() is { } checkpoint) yield return checkpoint;
        }
        await foreach (var blob in ListedAsync(key.ToString(), refers.Images, ct)) yield return blob;
        if (refers.Only is { } only)
        {
            foreach (var map in MapsOf(only)) yield return map;
            yield break;
        }
        await foreach (var map in MapsAsync(key, refers.Images.Count, ct)) yield return map;
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
                yield break;
            }
            yield return listed.Current;
        }
    }

    private async IAsyncEnumerable<string> MapsAsync(JobKey job, int images, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var page = 0; page * IOutcomePageGrain.Size < images; page++)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var outcome in await OutcomeReader.Page(grains, job, page).ReadAsync())
            {
                foreach (var map in MapsOf(outcome)) yield return map;
            }
        }
    }

    private static IEnumerable<string> MapsOf(ImageOutcome outcome) => outcome.Result is not { } first ? []
        : outcome.Compared.Prepend(first).SelectMany(result => result.StandardErrorMap is { } error ? [result.Map, error] : new[] { result.Map });
}
