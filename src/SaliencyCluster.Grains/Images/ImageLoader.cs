using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Images;

/// <summary>Reads images and baselines from the blob store: gateway and workers must get the same floats, so both use this.</summary>
internal sealed class ImageLoader(IBlobStore blobs)
{
    /// <summary>Reads an image, channels first; a picture goes through the model's preprocessing.</summary>
    /// <param name="blob">Where its bytes are.</param>
    /// <param name="format">How they are read.</param>
    /// <param name="preprocessing">How a picture becomes the model's input.</param>
    /// <param name="shape">Shape of one image, channels first; -1 where the model leaves it free.</param>
    /// <param name="layout">Where the model's input has its channels: the layout of tensors.</param>
    /// <param name="name">What the user calls it, for messages.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="SaliencyException">SAL2110: not a readable tensor. SAL2120 to SAL2123: not a picture for this model. SAL91xx: the blob cannot be read.</exception>
    public async Task<Tensor> LoadAsync(
        string blob, ImageFormat format, ModelPreprocessing preprocessing, IReadOnlyList<long> shape, ImageLayout layout, string name, CancellationToken ct)
    {
        var bytes = await blobs.ReadAsync(blob, ct);
        return format switch
        {
            ImageFormat.Tensor => NpyFile.Read(bytes, name).ToChannelsFirst(layout),
            _ => await DecodingRoom.OfProcess.DecodeAsync(
                bytes, name, picture => StoredPreprocessing.Read(preprocessing).Apply(picture, shape, name), ct),
        };
    }

    /// <summary>Gets where a picture lies in the model's input; null of a tensor.</summary>
    /// <exception cref="SaliencyException">SAL2120 to SAL2124: not a picture for this model. SAL91xx: the blob cannot be read.</exception>
    public async Task<PictureFrame?> FrameAsync(string blob, ImageFormat format, ModelPreprocessing preprocessing,
        IReadOnlyList<long> shape, string name, CancellationToken ct)
    {
        if (format == ImageFormat.Tensor) return null;
        return await DecodingRoom.OfProcess.DecodeAsync(
            await blobs.ReadAsync(blob, ct), name, picture => StoredPreprocessing.Read(preprocessing).Place(picture, shape).Frame, ct);
    }

    /// <summary>Reads the stored baselines of a request.</summary>
    public async Task<IReadOnlyList<Tensor>> LoadBaselinesAsync(string[] baselines, ImageLayout layout, CancellationToken ct)
    {
        var tensors = new Tensor[baselines.Length];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = await LoadBaselineAsync(baselines[i], i, layout, ct);
        return tensors;
    }

    /// <summary>Reads one of them, channels first.</summary>
    public async Task<Tensor> LoadBaselineAsync(string blob, int number, ImageLayout layout, CancellationToken ct) =>
        NpyFile.Read(await blobs.ReadAsync(blob, ct), $"baseline {number}").ToChannelsFirst(layout);
}
