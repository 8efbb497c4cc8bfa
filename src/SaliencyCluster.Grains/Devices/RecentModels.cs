using System.Collections.Concurrent;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Devices;

/// <summary>Keeps the models that were made last. Thread-safe.</summary>
internal sealed class RecentModels(int kept)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<OnnxModel>>> _models = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Gets a model, making it where it is not kept; concurrent callers share one making, and a failed one is forgotten.</summary>
    public async Task<OnnxModel> GetAsync(string hash, Func<Task<OnnxModel>> make)
    {
        var model = _models.GetOrAdd(hash, key => new(() => MakeAsync(key, make)));
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

    private async Task<OnnxModel> MakeAsync(string hash, Func<Task<OnnxModel>> make)
    {
        var model = await make();
        _order.Enqueue(hash);
        while (_order.Count > kept && _order.TryDequeue(out var oldest)) _models.TryRemove(oldest, out _);
        return model;
    }
}
