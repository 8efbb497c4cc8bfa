using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using JobState = SaliencyCluster.Grains.Abstractions.Jobs.JobState;

namespace SaliencyCluster.Gateway.Explanations;

/// <summary>
/// Explanations for those who just look. Equal questions of a tenant have one job, named after the question, so that a page that is opened
/// again finds its maps; whoever leaves last ends what nobody waits for.
/// </summary>
internal sealed class SharedViews(IGrainFactory grains, IBlobStore blobs, TimeProvider clock)
{
    // Whoever leaves another gateway may end what is followed here.
    private const int Tries = 3;

    private readonly ConcurrentDictionary<string, int> _following = new(StringComparer.Ordinal);

    /// <summary>Follows the job of a question from its start or from where it is.</summary>
    /// <exception cref="SaliencyException">The question was refused, or the image failed.</exception>
    public async Task FollowAsync(
        string tenant, JobSubmission submission, ManifestEntry image, CallBlobs stored, bool partialMaps,
        IServerStreamWriter<ExplainResponse> stream, CancellationToken cancellation)
    {
        var key = new JobKey(tenant, await NameAsync(tenant, submission, image));
        var job = grains.GetGrain<IJobGrain>(key.ToString());
        _following.AddOrUpdate(key.ToString(), 1, (_, count) => count + 1);
        try
        {
            for (var left = Tries; ; left--)
            {
                try
                {
                    var status = await stored.HandOverAsync(() => SubmitAsync(job, submission, cancellation));
                    if (left == Tries) await stream.WriteAsync(new() { Started = new ExplainStarted { JobId = key.Id } }, cancellation);
                    var aggregator = grains.GetGrain<IAggregatorGrain>(key.Image(0).ToString());
                    await new InteractiveExplanation(aggregator, job, blobs, clock).FollowAsync(status, partialMaps, stream, cancellation);
                    return;
                }
                catch (SaliencyException ended) when (ended.Code is "SAL2620" or "SAL3002" && left > 1)
                {
                    // Ended or removed by somebody else; asked again.
                }
            }
        }
        finally
        {
            if (_following.AddOrUpdate(key.ToString(), 0, (_, count) => count - 1) == 0)
            {
                _following.TryRemove(new(key.ToString(), 0));
                await EndAsync(job);
            }
        }
    }

    // What failed is tried again by the next who looks.
    private static async Task<JobStatus> SubmitAsync(IJobGrain job, JobSubmission submission, CancellationToken cancellation)
    {
        var status = await job.SubmitAsync(submission, cancellation);
        if (status.State is not (JobState.Failed or JobState.Cancelled)) return status;
        try
        {
            await job.DeleteAsync();
        }
        catch (SaliencyException other) when (other.Code is "SAL3002" or "SAL3007")
        {
            // Somebody else asks again too.
        }
        return await job.SubmitAsync(submission, cancellation);
    }

    private static async Task EndAsync(IJobGrain job)
    {
        try
        {
            await job.CancelAsync();
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            // It was never accepted, or is removed already.
        }
    }

    private async Task<string> NameAsync(string tenant, JobSubmission submission, ManifestEntry image)
    {
        var model = await grains.GetGrain<IModelIndexGrain>(tenant).ResolveAsync(submission.Model);
        var question = new { model.Label, model.Registration.Blob, submission.Request, submission.Pool, Image = image };
        var asked = JsonSerializer.SerializeToUtf8Bytes(question);
        return GrainKeys.ViewedJob + Convert.ToHexStringLower(SHA256.HashData(asked))[..32];
    }
}
