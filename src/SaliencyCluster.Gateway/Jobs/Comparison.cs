using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Turns a header with several methods and models into one submission per model.</summary>
internal sealed class Comparison(RequestCheck check, GatewayLimits limits, ILogger<Comparison> logger)
{
    /// <summary>Reads and checks every method against every model, before an image is read.</summary>
    /// <returns>A submission per model; the images are still missing.</returns>
    /// <exception cref="InvalidRequestException">SAL2005: too many methods or models. SAL20xx, SAL26xx: names every wrong field.</exception>
    public async Task<IReadOnlyList<JobSubmission>> ReadAsync(string tenant, JobHeader header)
    {
        Check("header.compared", "methods", header.Compared.Count + 1, nameof(limits.MaxComparedMethods), limits.MaxComparedMethods);
        Check("header.compared_models", "models", header.ComparedModels.Count + 1, nameof(limits.MaxComparedModels), limits.MaxComparedModels);
        var submissions = new List<JobSubmission>();
        foreach (var model in header.ComparedModels.Prepend(header.Model))
        {
            var requests = (await check.ReadAllAsync(tenant, (model, "header.model"),
                [(header.Options, "header.options"), .. header.Compared.Select((o, i) => (o, $"header.compared[{i}].options"))])).Requests;
            submissions.Add(new() { Model = model, Request = requests[0], Compared = [.. requests.Skip(1)], Images = new ManifestReference("", 0) });
        }
        return submissions;
    }

    /// <summary>Submits the jobs of all models, or none: where one is refused, those before it that this call made are removed, so that
    /// nothing computes half of a comparison and a repeated call makes it anew.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="submissions">What each is asked, with images.</param>
    /// <param name="stored">What the call has stored for the first.</param>
    /// <param name="cancellation">Stops submitting.</param>
    /// <returns>The jobs, in their order.</returns>
    /// <exception cref="SaliencyException">One of them was refused.</exception>
    public async Task<IReadOnlyList<JobStatus>> SubmitAsync(
        IReadOnlyList<IJobGrain> jobs, IReadOnlyList<JobSubmission> submissions, CallBlobs stored, CancellationToken cancellation)
    {
        var made = new List<IJobGrain>();
        var statuses = new List<JobStatus>();
        try
        {
            foreach (var (i, (job, submission)) in jobs.Zip(submissions).Index())
            {
                // A job that was there is that of an earlier call, which was accepted.
                var isNew = jobs.Count > 1 && !await IsThereAsync(job);
                statuses.Add(i > 0 ? await job.SubmitAsync(submission, cancellation)
                    : await stored.HandOverAsync(() => job.SubmitAsync(submission, cancellation)));
                if (isNew) made.Add(job);
            }
            return statuses;
        }
        // Where the cluster is at fault, nobody knows what was accepted; the same call again goes on with it.
        catch (SaliencyException refused) when (refused.Code is not "SAL3099" && !refused.Code.StartsWith("SAL9", StringComparison.Ordinal))
        {
            foreach (var job in made) await RemoveAsync(job);
            throw;
        }
    }

    private static async Task<bool> IsThereAsync(IJobGrain job)
    {
        try
        {
            await job.GetAsync();
            return true;
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            return false;
        }
    }

    // The refusal is what the caller must be told, whatever becomes of this.
    private async Task RemoveAsync(IJobGrain job)
    {
        try
        {
            await job.CancelAsync();
            await job.DeleteAsync();
        }
        catch (Exception error)
        {
            logger.NotRemoved(LogName.Of(JobKey.Parse(job.GetPrimaryKeyString())), error);
        }
    }

    /// <summary>Gets the id of a model's job: the first has the comparison's own.</summary>
    public static string JobId(string id, int model) => model == 0 ? id : $"{id}.{model + 1}";

    private static void Check(string field, string what, int count, string cap, int most)
    {
        if (count <= most) return;
        throw InvalidRequestException.Of(
            "SAL2005", field, $"The request compares {count} {what}; {cap} allows {most}.", $"Split the comparison, or raise Saliency:Gateway:Limits:{cap}.");
    }
}

internal static partial class ComparisonLog
{
    [LoggerMessage(EventId = 2641, Level = LogLevel.Warning, Message =
        "Job {Job} of a comparison that was refused could not be removed; its tenant can cancel it")]
    public static partial void NotRemoved(this ILogger logger, string job, Exception cause);
}
