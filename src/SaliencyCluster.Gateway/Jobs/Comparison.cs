using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Turns a header with several methods and models into one submission per model.</summary>
internal static class Comparison
{
    /// <summary>Reads and checks every method against every model, before an image is read.</summary>
    /// <returns>A submission per model; the images are still missing.</returns>
    public static async Task<IReadOnlyList<JobSubmission>> ReadAsync(string tenant, JobHeader header, RequestCheck check)
    {
        var submissions = new List<JobSubmission>();
        foreach (var model in header.ComparedModels.Prepend(header.Model))
        {
            var request = await check.ReadAsync(tenant, model, header.Options, "header.");
            var compared = new List<ExplanationRequest>();
            for (var i = 0; i < header.Compared.Count; i++)
                compared.Add(await check.ReadAsync(tenant, model, header.Compared[i], $"header.compared[{i}]."));
            submissions.Add(new() { Model = model, Request = request, Compared = [.. compared], Images = new ManifestReference("", 0) });
        }
        return submissions;
    }

    /// <summary>Gets the id of a model's job: the first has the comparison's own.</summary>
    public static string JobId(string id, int model) => model == 0 ? id : $"{id}.{model + 1}";
}
