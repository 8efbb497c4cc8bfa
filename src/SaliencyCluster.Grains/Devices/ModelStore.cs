using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Caching;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Devices;

/// <summary>
/// The models that this process uses, read and checked, or derived, once each. A few are kept; the rest is made again when needed. Sessions hold
/// weights of their own.
/// </summary>
internal sealed class ModelStore(IBlobStore blobs)
{
    private const int Kept = 4;
    private readonly RecentLoads<OnnxModel> _read = new(Kept, _ => 1);
    private readonly RecentLoads<OnnxModel> _derived = new(Kept, _ => 1);

    /// <summary>Gets a model. Concurrent callers share one read; a failed one is tried again by the next.</summary>
    /// <param name="hash">The model: the hash of its file, or of what was randomised of which model.</param>
    /// <param name="derived">How it is made, where it is in no blob store.</param>
    /// <exception cref="SaliencyException">SAL10xx: not a model that can be explained. SAL91xx: it cannot be read. SAL2702, SAL2703: it cannot
    /// be randomised.</exception>
    public Task<OnnxModel> GetAsync(string hash, DerivedModel? derived = null) =>
        derived is null ? _read.GetAsync(hash, () => ReadAsync(hash)) : _derived.GetAsync(hash, () => DeriveAsync(derived));

    private async Task<OnnxModel> ReadAsync(string hash)
    {
        var file = await blobs.ReadAsync(hash);
        // Parsing a large model takes seconds: not on a grain's scheduler.
        return await Task.Run(() => ModelReader.Read(file, $"model {hash[..12]}"));
    }

    private async Task<OnnxModel> DeriveAsync(DerivedModel derived)
    {
        var model = await GetAsync(derived.Blob);
        return await Task.Run(() => ModelRandomizer.Derive(model, derived.Randomization));
    }
}
