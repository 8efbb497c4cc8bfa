using Grpc.Core;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Gateway.Evaluations;

/// <summary>Reads the images of an evaluation from its stream and stores them with their masks; holds one image at a time.</summary>
internal sealed class EvaluationIntake(ImageIntake images, GatewayLimits limits, CallMemory memory)
{
    private const string Order = "Send the header first, then images; a piece with more = true is followed by the rest of the same image.";

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidRequestException">SAL2601.</exception>
    public static async Task<EvaluationHeader> ReadHeaderAsync(IAsyncStreamReader<SubmitEvaluationRequest> stream, CancellationToken cancellation) =>
        await stream.MoveNext(cancellation) && stream.Current.Header is { } header
            ? header
            : throw InvalidRequestException.Of("SAL2601", "header", "The evaluation does not begin with a header.", Order);

    /// <summary>Reads and stores every image.</summary>
    /// <param name="stream">Behind the header.</param>
    /// <param name="shape">Shape of one image of the model; its last two numbers are those of a mask.</param>
    /// <param name="tenant">Whose evaluation it is.</param>
    /// <param name="blobs">What the call stores.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The list of images.</returns>
    /// <exception cref="SaliencyException">SAL3011; SAL2601, SAL2603, SAL2608 to SAL2616, SAL2623.</exception>
    public async Task<ManifestReference> ReadImagesAsync(
        IAsyncStreamReader<SubmitEvaluationRequest> stream, IReadOnlyList<long> shape, string tenant, CallBlobs blobs,
        CancellationToken cancellation)
    {
        using var room = memory.Begin(tenant);
        var manifest = new ManifestWriter(blobs.WriteAsync);
        var pixels = shape.Aggregate(1L, (n, d) => n * Math.Max(1, d)) * sizeof(float);
        for (var count = 0; await stream.MoveNext(cancellation); count++)
        {
            if ((count + 1) * pixels > limits.MaxEvaluationBytes)
            {
                throw new SaliencyException("SAL2616", $"The evaluation has more than {limits.MaxEvaluationBytes / pixels} images of this model, the most that this gateway takes.",
                    "Evaluate on fewer images, or raise Saliency:Gateway:Limits:MaxEvaluationBytes.");
            }
            var field = $"image[{count}]";
            var first = Piece(stream.Current, field);
            var data = await images.WholeAsync(first.Image, () => NextAsync(stream, field, cancellation), room, field);
            var entry = await images.StoreAsync(blobs, first.Image, data, field, cancellation);
            room.Release();
            var mask = await MaskAsync(first, shape, field, blobs, cancellation);
            var group = first.Group.Length == 0 ? null : first.Group;
            await manifest.AddAsync(entry with { Group = group, Mask = mask, Target = Target(first, field) }, cancellation);
        }
        var list = await manifest.CompleteAsync(cancellation);
        return list.Count > 0 ? list
            : throw InvalidRequestException.Of("SAL2613", "image", "The evaluation has no images.", "Send at least one image.");
    }

    private static string? Target(EvaluationImage image, string field)
    {
        if (image.Box.Length == 0) return null;
        return BoxTarget.TryParse(image.Box) is not null ? ResolvedRequest.BoxPrefix + image.Box : throw InvalidRequestException.Of(
            "SAL2003", $"{field}.box", $"The box of '{image.Image.Name}' is '{Echo.Of(image.Box)}'.",
            "Send x0,y0,x1,y1 with x0 < x1 and y0 < y1 in pixels of the model's input, or x0,y0,x1,y1:CLASS.");
    }

    private static async Task<string?> MaskAsync(
        EvaluationImage image, IReadOnlyList<long> shape, string field, CallBlobs blobs, CancellationToken cancellation)
    {
        if (image.Mask.IsEmpty) return null;
        var (height, width) = shape.Count >= 2 ? ((int)shape[^2], (int)shape[^1]) : (0, 0);
        if (height <= 0 || width <= 0 || image.Mask.Length != (long)height * width)
        {
            throw InvalidRequestException.Of("SAL2615", $"{field}.mask", $"The mask of '{image.Image.Name}' has {image.Mask.Length} bytes; an image of the model has {height} rows of {width} pixels.",
                "Send one byte per pixel of the model's input, 0 outside the object.");
        }
        var mask = new Tensor([height, width], [.. image.Mask.Span.ToArray().Select(b => b == 0 ? 0f : 1f)]);
        await blobs.ReserveAsync((long)height * width * sizeof(float));
        return await blobs.WriteAsync(NpyFile.Write(mask), cancellation);
    }

    private static async Task<Image> NextAsync(
        IAsyncStreamReader<SubmitEvaluationRequest> stream, string field, CancellationToken cancellation) =>
        await stream.MoveNext(cancellation) ? Piece(stream.Current, field).Image
            : throw InvalidRequestException.Of("SAL2601", field, $"The stream ends in the middle of '{field}'.", Order);

    private static EvaluationImage Piece(SubmitEvaluationRequest message, string field)
    {
        if (message.Image is not { Image: not null } image) throw InvalidRequestException.Of("SAL2601", field, $"A message in place of '{field}' has no image.", Order);
        return image.Image.Data.Length <= GatewayLimits.PieceBytes ? image : throw ModelUpload.PieceTooLarge($"{field}.image.data", image.Image.Data.Length);
    }
}
