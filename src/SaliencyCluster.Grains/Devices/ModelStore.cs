using System.Collections.Concurrent;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Devices;

/// <summary>The models that this process uses, read and checked once each. A few are kept; the rest is read again when needed.</summary>
internal sealed class ModelStore(IBlobStore blobs)
{
    private const int Kept = 4;
    private readonly ConcurrentDictionary<string, Lazy<Task<OnnxModel>>> _models = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Gets a model by the hash of its file. Concurrent callers share one read; a failed read is tried again by the next.</summary>
    /// <exception cref="SaliencyException">SAL10xx: not a model that can be explained. SAL91xx: it cannot be read.</exception>
    public async Task<OnnxModel> GetAsync(string hash)
    {
        var model = _models.GetOrAdd(hash, key => new(() => ReadAsync(key)));
        try
        {
            return await model.Value;
        }
        catch
        {
            _models.TryRemove(KeyValuePair.Create(hash, model));
            throw;
        }
    }

    private async Task<OnnxModel> ReadAsync(string hash)
    {
        var file = await blobs.ReadAsync(hash);
        // Parsing a large model takes seconds: not on a grain's scheduler.
        var model = await Task.Run(() => ModelReader.Read(file, $"model {hash[..12]}"));
        _order.Enqueue(hash);
        while (_order.Count > Kept && _order.TryDequeue(out var oldest)) _models.TryRemove(oldest, out _);
        return model;
    }
}
