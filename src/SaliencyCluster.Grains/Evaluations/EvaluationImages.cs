using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Reads the images of an evaluation with their masks and groups.</summary>
internal sealed class EvaluationImages(IBlobStore blobs)
{
    private readonly ImageLoader _loader = new(blobs);

    /// <summary>Reads all of them.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2101, SAL211x, SAL212x: an image or a mask cannot be read or does not fit the model. SAL3005: the list cannot be read.</exception>
    public async Task<IReadOnlyList<EvaluatedImage>> ReadAsync(ManifestReference list, ModelRegistration model, CancellationToken ct)
    {
        var reader = new ManifestReader(blobs, list);
        var images = new EvaluatedImage[list.Count];
        for (var i = 0; i < images.Length; i++)
        {
            var entry = await reader.ReadAsync(i, ct);
            var pixels = await _loader.LoadAsync(entry.Blob, entry.Format, model.Preprocessing, model.Summary.ImageShape, model.Summary.Layout, entry.Name, ct);
            Attribution.Runs.ImageCheck.Check(pixels, model.Summary, (uint)i);
            images[i] = new((uint)i, entry.Name, pixels) { Group = entry.Group, Mask = entry.Mask is { } mask ? await MaskAsync(mask, entry.Name, ct) : null };
        }
        return images;
    }

    private async Task<Mask> MaskAsync(string blob, string name, CancellationToken ct)
    {
        var values = NpyFile.Read(await blobs.ReadAsync(blob, ct), $"mask of {name}");
        return new(values.Shape[^2], values.Shape[^1], Array.ConvertAll(values.Data, v => v > 0));
    }
}
