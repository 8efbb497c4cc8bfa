using System.Runtime.CompilerServices;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;
using ImageState = SaliencyCluster.Grains.Abstractions.Jobs.ImageState;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Reads the results of a job in the order of its images; holds one page of outcomes and one piece of a map.</summary>
internal sealed class ResultStream(IBlobStore blobs)
{
    private const int PageSize = 50;

    /// <summary>Reads from <see cref="ReadResultsRequest.FirstImage"/>; with <c>follow</c> it waits for images until the job has ended.</summary>
    public async IAsyncEnumerable<ReadResultsResponse> ReadAsync(IJobGrain job, ReadResultsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var status = await job.GetAsync();
        for (var next = request.FirstImage; next < status.Images;)
        {
            // The state is read before the outcomes: a job that had ended then has no outcome that is still to come.
            var page = await job.ReadImagesAsync(next, PageSize);
            foreach (var outcome in page)
            {
                if (outcome.State == ImageState.Pending && request.Follow && !status.IsFinal) break;
                next = outcome.Index + 1;
                if (outcome.State == ImageState.Pending) continue;
                await foreach (var part in PartsAsync(outcome, status, !request.WithoutMaps, cancellation)) yield return part;
            }
            if (page.Count == 0) yield break;
            if (next <= page[^1].Index) status = await job.WaitForChangeAsync(status.Version, cancellation);
        }
    }

    private async IAsyncEnumerable<ReadResultsResponse> PartsAsync(
        ImageOutcome outcome, JobStatus status, bool withMap, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StoredExplanation?[] results = [outcome.Result, .. outcome.Compared];
        foreach (var (result, written) in results.Zip(ResultMapping.WriteAll(outcome, status)))
        {
            if (withMap && result is not null)
            {
                await foreach (var chunk in StoredMap.ChunksAsync(blobs, result.Map, cancellation)) yield return new() { Map = chunk };
                if (result.StandardErrorMap is { } errors)
                {
                    await foreach (var chunk in StoredMap.ChunksAsync(blobs, errors, cancellation)) yield return new() { StandardErrorMap = chunk };
                }
            }
            yield return new() { Result = written };
        }
    }
}
