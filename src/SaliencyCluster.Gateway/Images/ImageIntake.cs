using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Protocol.V1;
using ImageFormat = SaliencyCluster.Protocol.V1.ImageFormat;
using StoredFormat = SaliencyCluster.Grains.Abstractions.Blobs.ImageFormat;

namespace SaliencyCluster.Gateway.Images;

/// <summary>Stores images as they arrive. What they show is checked where they are decoded; here only that they are complete.</summary>
internal sealed class ImageIntake(GatewayLimits limits)
{
    /// <summary>Stores the bytes of an image and returns its line in the list of a job.</summary>
    /// <param name="blobs">What the call stores; room for <paramref name="data"/> is reserved here.</param>
    /// <param name="first">The first piece: name, format and shape.</param>
    /// <param name="data">All bytes.</param>
    /// <param name="field">Where the image is in the request, such as <c>image</c> or <c>image[3]</c>.</param>
    /// <param name="cancellation">Stops storing.</param>
    /// <exception cref="InvalidRequestException">SAL2603, SAL2608, SAL2610, SAL2612.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL3011: the caller's tenant has no room for it.</exception>
    public async Task<ManifestEntry> StoreAsync(
        CallBlobs blobs, Image first, ReadOnlyMemory<byte> data, string field, CancellationToken cancellation)
    {
        var name = NameRule.CheckedImage(first.Name, $"{field}.name");
        CheckSize(data.Length, field);
        if (data.IsEmpty) throw InvalidRequestException.Of("SAL2603", $"{field}.data", $"The image '{name}' is empty.", "Send the bytes of a PNG, a JPEG or a tensor.");
        await blobs.ReserveAsync(data.Length);
        switch (first.Format)
        {
            case ImageFormat.Encoded:
                return new(name, await blobs.WriteAsync(data, cancellation), StoredFormat.Picture);
            case ImageFormat.Tensor:
                return new(name, await blobs.WriteAsync(TensorFile.Of(first.Shape, data, name, field), cancellation), StoredFormat.Tensor);
            default:
                throw InvalidRequestException.Of(
                    "SAL2603", $"{field}.format", $"The format of the image '{name}' is not given.", "Set 'format' to IMAGE_FORMAT_ENCODED or IMAGE_FORMAT_TENSOR.");
        }
    }

    /// <summary>Gets all bytes of an image that comes in pieces; waits for no further piece where the first is all.</summary>
    /// <param name="first">The first piece.</param>
    /// <param name="next">Reads the next one.</param>
    /// <param name="room">Holds the bytes until the caller releases it.</param>
    /// <param name="field">Where the image is in the request.</param>
    /// <exception cref="InvalidRequestException">SAL2608.</exception>
    /// <exception cref="RetryLaterException">SAL2623.</exception>
    public async Task<ReadOnlyMemory<byte>> WholeAsync(Image first, Func<Task<Image>> next, CallRoom room, string field)
    {
        if (!first.More) return first.Data.Memory;
        var data = new MemoryStream();
        void Keep(Image piece)
        {
            room.Take(piece.Data.Length);
            data.Write(piece.Data.Span);
            CheckSize(data.Length, field);
        }
        Keep(first);
        for (var more = true; more;)
        {
            var piece = await next();
            Keep(piece);
            more = piece.More;
        }
        return data.GetBuffer().AsMemory(0, (int)data.Length);
    }

    private void CheckSize(long bytes, string field)
    {
        if (bytes > limits.MaxImageBytes)
        {
            throw InvalidRequestException.Of("SAL2608", $"{field}.data", $"The image has more than {limits.MaxImageBytes} bytes, the most that this gateway takes.",
                "Shrink the image, or raise Saliency:Gateway:Limits:MaxImageBytes.");
        }
    }
}
