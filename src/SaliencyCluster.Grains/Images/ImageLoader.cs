using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Images;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Images;

/// <summary>Reads images and baselines from the blob store: gateway and workers must get the same floats, so both use this.</summary>
internal sealed class ImageLoader(IBlobStore blobs)
{
    /// <summary>Reads an image.</summary>
    /// <exception cref="SaliencyException">SAL2110 or SAL2111: not a readable image. SAL91xx: the blob cannot be read.</exception>
    public async Task<Tensor> LoadAsync(string blob, ImageFormat format, ModelPreprocessing preprocessing, string name, CancellationToken ct)
    {
        var bytes = await blobs.ReadAsync(blob, ct);
        return format switch
        {
            ImageFormat.Tensor => NpyFile.Read(bytes, name),
            _ => throw new SaliencyException("SAL2111", $"The image '{name}' is a picture file, and only tensors can be read.", "Send it as .npy."),
        };
    }

    /// <summary>Reads the stored baselines of a request.</summary>
    public async Task<IReadOnlyList<Tensor>> LoadBaselinesAsync(string[] baselines, CancellationToken ct)
    {
        var tensors = new Tensor[baselines.Length];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = NpyFile.Read(await blobs.ReadAsync(baselines[i], ct), $"baseline {i}");
        return tensors;
    }
}
