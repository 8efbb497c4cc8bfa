using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Explanations;

/// <summary>
/// Follows the explanation of one image. It asks for the newest progress only when the caller has taken the one before, so a
/// slow reader skips versions, nothing piles up, and the work is never held back.
/// </summary>
internal sealed class InteractiveExplanation(IAggregatorGrain image, IJobGrain job, IBlobStore blobs, TimeProvider clock)
{
    private static readonly TimeSpan BetweenPartialMaps = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes progress, partial maps, the map and the result.</summary>
    /// <exception cref="SaliencyException">The image failed, or somebody cancelled the job.</exception>
    public async Task FollowAsync(JobStatus status, bool partialMaps, IServerStreamWriter<ExplainResponse> stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(Progress(0, 0, status.Waiting), cancellation);
        long version = -1;
        var lastMap = clock.GetTimestamp();
        while (true)
        {
            var wantsMap = partialMaps && clock.GetElapsedTime(lastMap) >= BetweenPartialMaps;
            var progress = await NextAsync(version, wantsMap, cancellation);
            using var map = progress.PartialMap;
            if (progress.Outcome is { } outcome)
            {
                await FinishAsync(outcome, progress, stream, cancellation);
                return;
            }
            string? waiting = null;
            if (progress.Version == version) waiting = await WaitingAsync();
            version = progress.Version;
            await stream.WriteAsync(Progress(progress, waiting), cancellation);
            if (map is null) continue;
            lastMap = clock.GetTimestamp();
            foreach (var chunk in MapChunks.Of(map.Shape, map.ToArray())) await stream.WriteAsync(new() { PartialMap = chunk }, cancellation);
        }
    }

    private async Task<ImageProgress> NextAsync(long version, bool withMap, CancellationToken cancellation)
    {
        try
        {
            return await image.WaitForProgressAsync(version, withMap, cancellation);
        }
        catch (Exception error) when (ClusterBusy.Is(error))
        {
            // Its process has died; the next activation goes on from its checkpoint and counts versions anew.
            await Task.Delay(ClusterBusy.Pause, clock, cancellation);
            return await image.WaitForProgressAsync(-1, withMap, cancellation);
        }
    }

    private async Task<string?> WaitingAsync()
    {
        var status = await job.GetAsync();
        return status.State == Grains.Abstractions.Jobs.JobState.Cancelled
            ? throw new SaliencyException("SAL2620", $"The explanation '{status.Id}' was cancelled by another call.", "Ask again.")
            : status.Waiting;
    }

    private async Task FinishAsync(ImageOutcome outcome, ImageProgress progress, IServerStreamWriter<ExplainResponse> stream, CancellationToken cancellation)
    {
        if (outcome.Result is not { } result) throw outcome.Error?.ToException() ?? new SaliencyException("SAL2620", "The explanation was cancelled.", "Ask again.");
        await stream.WriteAsync(Progress(progress.PointsDone, progress.PointsPlanned, null), cancellation);
        await foreach (var chunk in StoredMap.ChunksAsync(blobs, result.Map, cancellation)) await stream.WriteAsync(new() { Map = chunk }, cancellation);
        if (result.StandardErrorMap is { } errors)
        {
            await foreach (var chunk in StoredMap.ChunksAsync(blobs, errors, cancellation)) await stream.WriteAsync(new() { StandardErrorMap = chunk }, cancellation);
        }
        await stream.WriteAsync(new() { Result = ResultMapping.Write(outcome, await job.GetAsync()) }, cancellation);
    }

    private static ExplainResponse Progress(ImageProgress image, string? waiting)
    {
        var response = Progress(image.PointsDone, image.PointsPlanned, waiting);
        if (image.ConvergenceDelta is { } delta) response.Progress.ConvergenceDelta = delta;
        if (image.StandardError is { } error) response.Progress.StandardError = error;
        if (image.ErrorEstimate is { } estimate) response.Progress.ErrorEstimate = estimate;
        return response;
    }

    private static ExplainResponse Progress(long done, long total, string? waiting) =>
        new() { Progress = new ExplainProgress { PointsDone = done, PointsTotal = total, WaitingFor = waiting ?? "" } };
}
