using SaliencyCluster.Attribution.Requests;
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

    /// <summary>Gets the bytes that images take in memory, where the model sees images of one size; null where of any.</summary>
    public static long? BytesOf(ManifestReference list, ModelRegistration model)
    {
        var shape = model.Summary.ImageShape;
        // In floating point, since the product may be larger than any number of bytes.
        return shape.Any(d => d < 1) ? null
            : (long)Math.Min(1L << 62, shape.Aggregate((double)list.Count * sizeof(float), (n, d) => n * d));
    }

    /// <summary>Reads all of them.</summary>
    /// <param name="list">The list.</param>
    /// <param name="model">What they are prepared for.</param>
    /// <param name="most">The most bytes that they may take together.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2616: more bytes. SAL2101,
    /// SAL211x, SAL212x: an image or a mask cannot be read or does not fit the model. SAL3005: the list cannot be read.</exception>
    public async Task<IReadOnlyList<EvaluatedImage>> ReadAsync(
        ManifestReference list, ModelRegistration model, long most, CancellationToken ct)
    {
        var bytes = 0L;
        var reader = new ManifestReader(blobs, list);
        var images = new EvaluatedImage[list.Count];
        for (var i = 0; i < images.Length; i++)
        {
            var entry = await reader.ReadAsync(i, ct);
            var pixels = await _loader.LoadAsync(entry.Blob, entry.Format, model.Preprocessing, model.Summary.ImageShape, model.Summary.Layout, entry.Name, ct);
            if ((bytes += pixels.Data.Length * sizeof(float)) > most) throw EvaluationErrors.TooLarge(most);
            Attribution.Runs.ImageCheck.Check(pixels, model.Summary, (uint)i);
            images[i] = new((uint)i, entry.Name, pixels)
            {
                Group = entry.Group, Box = entry.Target?[ResolvedRequest.BoxPrefix.Length..], Mask = entry.Mask is { } mask ? await MaskAsync(mask, entry.Name, ct) : null,
            };
        }
        return images;
    }

    private async Task<Mask> MaskAsync(string blob, string name, CancellationToken ct)
    {
        var values = NpyFile.Read(await blobs.ReadAsync(blob, ct), $"mask of {name}");
        return new(values.Shape[^2], values.Shape[^1], Array.ConvertAll(values.Data, v => v > 0));
    }
}
