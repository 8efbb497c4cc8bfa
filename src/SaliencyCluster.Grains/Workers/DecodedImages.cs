using SaliencyCluster.Attribution;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Workers;

/// <summary>The images and baselines that a worker used last, decoded once however many rounds and jobs look at them. Thread-safe.</summary>
/// <param name="maxBytes">The most bytes to keep; the last one is kept whatever its size.</param>
internal sealed class DecodedImages(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, Task<Tensor> Image)> _images = [];

    /// <summary>Gets an image, decoding it where it is not kept; concurrent callers share that, and a failure is forgotten.</summary>
    /// <param name="key">The blob, and how it is read.</param>
    /// <param name="load">Reads it.</param>
    /// <exception cref="SaliencyException">It cannot be read.</exception>
    public async Task<Tensor> GetAsync(string key, Func<Task<Tensor>> load)
    {
        var image = Find(key, load);
        try
        {
            var decoded = await image;
            lock (_gate) Trim();
            return decoded;
        }
        catch
        {
            lock (_gate)
            {
                if (_images.FirstOrDefault(i => i.Image == image) is { Image: not null } entry) _images.Remove(entry);
            }
            throw;
        }
    }

    private Task<Tensor> Find(string key, Func<Task<Tensor>> load)
    {
        lock (_gate)
        {
            for (var node = _images.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key) continue;
                _images.Remove(node);
                _images.AddFirst(node);
                return node.Value.Image;
            }
            return _images.AddFirst((key, load())).Value.Image;
        }
    }

    private void Trim()
    {
        while (_images.Count > 1 && _images.Sum(i => Bytes(i.Image)) > maxBytes) _images.RemoveLast();
    }

    private static long Bytes(Task<Tensor> image) => image.IsCompletedSuccessfully ? sizeof(float) * image.Result.Data.LongLength : 0;
}
