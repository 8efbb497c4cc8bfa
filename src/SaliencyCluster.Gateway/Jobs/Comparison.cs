using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Turns a header with several methods and models into one submission per model.</summary>
internal sealed class Comparison(RequestCheck check, GatewayLimits limits)
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
            var requests = await check.ReadAllAsync(
                tenant, (model, "header.model"), [(header.Options, "header.options"), .. header.Compared.Select((o, i) => (o, $"header.compared[{i}].options"))]);
            submissions.Add(new() { Model = model, Request = requests[0], Compared = [.. requests.Skip(1)], Images = new ManifestReference("", 0) });
        }
        return submissions;
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
