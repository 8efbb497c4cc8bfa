using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>Checks a request against its model at the door, before an image is read or anything is stored.</summary>
internal sealed class RequestCheck(IGrainFactory grains)
{
    /// <summary>Reads the request.</summary>
    /// <param name="tenant">Whose model it is.</param>
    /// <param name="model">The model, <c>name</c> or <c>name:version</c>.</param>
    /// <param name="options">The options.</param>
    /// <param name="path">Where both are in the message: empty, or a prefix such as <c>header.</c></param>
    /// <returns>The request as asked; defaults are filled in by the job.</returns>
    /// <exception cref="InvalidRequestException">SAL20xx, SAL26xx: names every wrong field.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model.</exception>
    public async Task<ExplanationRequest> ReadAsync(string tenant, string model, ExplanationOptions? options, string path)
    {
        var request = OptionsMapping.Read(options);
        var index = grains.GetGrain<IModelIndexGrain>(tenant);
        var registration = (await index.ResolveAsync(NameRule.CheckedModel(model, path + "model"))).Registration;
        try
        {
            RequestResolver.Resolve(request, registration.Summary, registration.Labels);
            return request;
        }
        catch (RequestException error)
        {
            var fields = error.Errors.Select(e => ($"{path}options.{e.Field.Replace('-', '_')}", e.What)).ToList();
            throw new InvalidRequestException(error, fields);
        }
    }
}
