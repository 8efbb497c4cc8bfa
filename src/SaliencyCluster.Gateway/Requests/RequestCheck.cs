using Microsoft.Extensions.Options;
using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Protocol.V1;
using JobPriority = SaliencyCluster.Grains.Abstractions.Jobs.JobPriority;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>What was asked of the images of a call, and passed.</summary>
/// <param name="Requests">The requests as asked, in their order; at least one.</param>
/// <param name="Points">Evaluations of the network that all of them take for an image.</param>
internal sealed record CheckedRequests(IReadOnlyList<ExplanationRequest> Requests, long Points)
{
    /// <summary>Gets how urgent it is where somebody waits for the answer: nobody waits at a screen for work that takes minutes, and it
    /// would keep the batch work of all tenants waiting.</summary>
    public JobPriority LivePriority(int images, GatewayLimits limits) =>
        Points <= limits.MaxLivePoints / Math.Max(1, images) ? JobPriority.Interactive : JobPriority.Batch;
}

/// <summary>Checks a request against its model at the door, before an image is read or anything is stored.</summary>
internal sealed class RequestCheck(IGrainFactory grains, IOptions<RequestBounds> bounds)
{
    /// <summary>Reads the request.</summary>
    /// <param name="tenant">Whose model it is.</param>
    /// <param name="model">The model, <c>name</c> or <c>name:version</c>.</param>
    /// <param name="options">The options.</param>
    /// <param name="path">Where both are in the message: empty, or a prefix such as <c>header.</c></param>
    /// <param name="predicts">Whether a mere prediction is taken: what it gives is no map that could be drawn or kept.</param>
    /// <returns>The one request as asked; defaults are filled in by the job.</returns>
    /// <exception cref="InvalidRequestException">SAL20xx, SAL26xx: names every wrong field.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model. SAL4021: it is quarantined.</exception>
    public Task<CheckedRequests> ReadAsync(
        string tenant, string model, ExplanationOptions? options, string path, bool predicts = false) =>
        ReadAllAsync(tenant, (model, path + "model"), [(options, path + "options")], predicts);

    /// <summary>Reads requests that are computed on the same images.</summary>
    /// <param name="tenant">Whose model it is.</param>
    /// <param name="model">The model, <c>name</c> or <c>name:version</c>, and where it is in the message.</param>
    /// <param name="options">The options of each request, and where they are in the message.</param>
    /// <param name="predicts">Whether mere predictions are taken: what they give is no map that could be drawn or kept.</param>
    /// <returns>The requests as asked, in their order.</returns>
    /// <exception cref="InvalidRequestException">SAL20xx, SAL26xx: names every wrong field.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model. SAL4021: it is quarantined.</exception>
    public async Task<CheckedRequests> ReadAllAsync(
        string tenant, (string Name, string Field) model, IReadOnlyList<(ExplanationOptions? Options, string Field)> options,
        bool predicts = false)
    {
        var requests = options.Select(o => OptionsMapping.Read(o.Options)).ToList();
        if (!predicts && requests.FindIndex(r => r.Method == Prediction.MethodName) is >= 0 and var at)
            throw InvalidRequestException.Of(
                "SAL2001", $"{options[at].Field}.method", $"Method '{Prediction.MethodName}' explains nothing.",
                "Ask for outputs by an inference protocol (docs/inference.md), or list methods: `saliency methods`.");
        var registration = (await ModelDoor.ResolveAsync(grains, tenant, model.Name, model.Field)).Registration;
        var cost = RequestCost.None;
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            cost += Guarded(options[i].Field, () => RequestResolver.CostOf(
                RequestResolver.Resolve(request, registration.Summary, registration.Labels, bounds.Value, predicts)));
            if (BaselineSpec.Files(request.Baseline) is [var file, ..])
                throw InvalidRequestException.Of(
                    "SAL2042", $"{options[i].Field}.baseline", $"The baseline '{Echo.Of(file)}' is no known word, and tensors cannot be sent with a request to a gateway.",
                    "Use zeros, ones, black, white, mean, blur, blur:SIGMA (above 0, at most 1000) or uniform; `saliency explain --local` reads files.");
            if (SegmentSpec.File(request) is { } segments)
                throw InvalidRequestException.Of(
                    "SAL2042", $"{options[i].Field}.segments",
                        $"The segments '{Echo.Of(segments)}' are a file, and files cannot be sent with a request to a gateway.",
                    "Use grid:N, slic:N or felzenszwalb:SCALE; `saliency explain --local` reads files.");
        }
        return Guarded(options[0].Field, () => bounds.Value.Errors(cost).ToList() is { Count: > 0 } errors
            ? throw new RequestException(errors)
            : new CheckedRequests(requests, cost.Points));
    }

    private static T Guarded<T>(string field, Func<T> check)
    {
        try
        {
            return check();
        }
        catch (RequestException error)
        {
            throw new InvalidRequestException(error, [.. error.Errors.Select(e => ($"{field}.{e.Field.Replace('-', '_')}", e.What))]);
        }
    }
}
