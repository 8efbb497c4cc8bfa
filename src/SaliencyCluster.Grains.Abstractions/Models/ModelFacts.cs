using System.Security.Cryptography;
using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Grains.Abstractions.Models;

/// <summary>
/// What all requests of a model have in common and what makes them large: class names, layers, outputs. It is stored once as a blob, and
/// what is stored or sent of requests and registrations has the blob's hash in its place.
/// </summary>
/// <param name="Summary">The summary without a hash: a model whose weights are randomised has the layers of the one it is made of.</param>
/// <param name="Labels">Class names, or empty.</param>
public sealed record ModelFacts(ModelSummary Summary, IReadOnlyList<string> Labels)
{
    /// <summary>Gets its bytes and the hash that a blob store gives them.</summary>
    public (string Hash, byte[] Content) ToBlob()
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(this);
        return (Convert.ToHexStringLower(SHA256.HashData(content)), content);
    }

    /// <summary>Reads what <see cref="ToBlob"/> has made.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ModelFacts Read(byte[] content) =>
        JsonSerializer.Deserialize<ModelFacts>(content) ?? throw new JsonException("The facts of a model are null.");

    /// <summary>Takes them out of a request.</summary>
    public static (ResolvedRequest Brief, ModelFacts Facts) Split(ResolvedRequest request) =>
        (request with { Model = Brief(request.Model), Labels = [] }, Of(request.Model, request.Labels));

    /// <summary>Takes them out of what is registered.</summary>
    public static (ModelInfo Brief, ModelFacts Facts) Split(ModelInfo model)
    {
        var whole = model.Registration;
        return (model with { Registration = whole with { Summary = Brief(whole.Summary), Labels = [] } }, Of(whole.Summary, whole.Labels));
    }

    /// <summary>Puts them back.</summary>
    public ResolvedRequest Complete(ResolvedRequest brief) => brief with { Model = Complete(brief.Model), Labels = Labels };

    /// <summary>Puts them back.</summary>
    public ModelInfo Complete(ModelInfo brief) =>
        brief with { Registration = brief.Registration with { Summary = Complete(brief.Registration.Summary), Labels = [.. Labels] } };

    private static ModelFacts Of(ModelSummary summary, IReadOnlyList<string> labels) => new(summary with { Hash = "" }, labels);

    // What a status shows and the queue is told stays: hash, shapes, layout.
    private static ModelSummary Brief(ModelSummary summary) =>
        summary with { Layers = [], MissingRules = [], NotRescaled = null, Outputs = null, Attention = null, Cost = null };

    private ModelSummary Complete(ModelSummary brief) => Summary with { Hash = brief.Hash };
}
