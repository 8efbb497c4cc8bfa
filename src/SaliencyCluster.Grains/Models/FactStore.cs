using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Caching;

namespace SaliencyCluster.Grains.Models;

/// <summary>Keeps the facts of models in the blob store, and those that were used last in memory: all images of a model share them.</summary>
internal sealed class FactStore(IBlobStore blobs)
{
    private const long KeptBytes = 32 << 20;
    private readonly RecentLoads<(ModelFacts Facts, int Bytes)> _recent = new(KeptBytes, entry => entry.Bytes);

    /// <summary>Stores what was left out, also what is there already: a blob that is written again stays where a collection runs.</summary>
    public async Task StoreAsync(LeftOut leftOut, CancellationToken ct)
    {
        foreach (var content in leftOut.Contents) await blobs.WriteAsync(content, ct);
    }

    /// <summary>Gets the work on an image with whole requests.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL91xx: what they leave out cannot be read.</exception>
    public async Task<ImageWork> CompleteAsync(ImageWork work)
    {
        if (work.Facts.Length == 0) return work;
        var requests = work.Compared.Prepend(work.Request).ToArray();
        for (var i = 0; i < requests.Length; i++) requests[i] = (await ReadAsync(work.Facts[i])).Complete(requests[i]);
        return work with { Request = requests[0], Compared = requests[1..], Facts = [] };
    }

    /// <summary>Gets what is registered as a whole.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL91xx: what is left out cannot be read.</exception>
    public async Task<ModelInfo> CompleteAsync(BriefModel model) =>
        model.Facts is { } facts ? (await ReadAsync(facts)).Complete(model.Info) : model.Info;

    private async Task<ModelFacts> ReadAsync(string blob) => (await _recent.GetAsync(blob, async () =>
    {
        var content = await blobs.ReadAsync(blob);
        return (ModelFacts.Read(content), content.Length);
    })).Facts;
}

/// <summary>What the requests and registrations of one submission leave out, stored once it is admitted.</summary>
internal sealed class LeftOut
{
    private readonly Dictionary<string, byte[]> _blobs = [];

    /// <summary>Gets the blobs, each once.</summary>
    public IEnumerable<byte[]> Contents => _blobs.Values;

    /// <summary>Takes out what all requests of its model have in common.</summary>
    public BriefRequest Of(ResolvedRequest request)
    {
        var (brief, facts) = ModelFacts.Split(request);
        return new(brief, Keep(facts));
    }

    /// <summary>Takes out class names and layers.</summary>
    public BriefModel Of(ModelInfo model)
    {
        var (brief, facts) = ModelFacts.Split(model);
        return new(brief, Keep(facts));
    }

    private string Keep(ModelFacts facts)
    {
        var (hash, content) = facts.ToBlob();
        _blobs[hash] = content;
        return hash;
    }
}

/// <summary>A request without what all requests of its model have in common.</summary>
/// <param name="Request">The request.</param>
/// <param name="Facts">The blob of what it leaves out.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.BriefRequest")]
internal sealed record BriefRequest([property: Id(0)] ResolvedRequest Request, [property: Id(1)] string Facts);

/// <summary>What is registered without class names and layers.</summary>
/// <param name="Info">The registration.</param>
/// <param name="Facts">The blob of what it leaves out; null where it is whole.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.BriefModel")]
internal sealed record BriefModel([property: Id(0)] ModelInfo Info, [property: Id(1)] string? Facts)
{
    /// <summary>Gets what it refers to.</summary>
    public IEnumerable<string> Blobs => Facts is { } facts ? [Info.Registration.Blob, facts] : [Info.Registration.Blob];
}
