using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Reads the images of a job from its stream and stores them; holds one image at a time, however many there are.</summary>
internal sealed class JobIntake(ImageIntake images, GatewayLimits limits, CallMemory memory)
{
    private const string Order = "Send the header first, then images; a piece with more = true is followed by the rest of the same image.";

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidRequestException">SAL2601.</exception>
    public static async Task<JobHeader> ReadHeaderAsync(IAsyncStreamReader<SubmitJobRequest> stream, CancellationToken cancellation) =>
        await stream.MoveNext(cancellation) && stream.Current.Header is { } header
            ? header
            : throw InvalidRequestException.Of("SAL2601", "header", "The job does not begin with a header.", Order);

    /// <summary>Reads and stores every image.</summary>
    /// <param name="stream">The messages after the header.</param>
    /// <param name="tenant">Whose job it is.</param>
    /// <param name="blobs">What the call stores.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The list of images.</returns>
    /// <exception cref="SaliencyException">SAL3011; SAL2601, SAL2603, SAL2607 to SAL2610, SAL2612, SAL2613, SAL2623.</exception>
    public async Task<ManifestReference> ReadImagesAsync(
        IAsyncStreamReader<SubmitJobRequest> stream, string tenant, CallBlobs blobs, CancellationToken cancellation)
    {
        using var room = memory.Begin(tenant);
        var manifest = new ManifestWriter(blobs.WriteAsync);
        var count = 0;
        while (await stream.MoveNext(cancellation))
        {
            if (count == limits.MaxImagesPerJob)
            {
                throw new SaliencyException("SAL2607", $"The job has more than {limits.MaxImagesPerJob} images, the most that this gateway takes.",
                    "Split the job, or raise Saliency:Gateway:Limits:MaxImagesPerJob.");
            }
            var field = $"image[{count++}]";
            var first = Piece(stream.Current, field);
            var data = await images.WholeAsync(first, () => NextAsync(stream, field, cancellation), room, field);
            await manifest.AddAsync(await images.StoreAsync(blobs, first, data, field, cancellation), cancellation);
            room.Release();
        }
        return count > 0 ? await manifest.CompleteAsync(cancellation)
            : throw InvalidRequestException.Of("SAL2613", "image", "The job has no images.", "Send at least one image.");
    }

    private static async Task<Image> NextAsync(IAsyncStreamReader<SubmitJobRequest> stream, string field, CancellationToken cancellation) =>
        await stream.MoveNext(cancellation) ? Piece(stream.Current, field)
            : throw InvalidRequestException.Of("SAL2601", field, $"The stream ends in the middle of '{field}'.", Order);

    private static Image Piece(SubmitJobRequest message, string field)
    {
        if (message.Image is not { } image) throw InvalidRequestException.Of("SAL2601", field, $"A message in place of '{field}' has no image.", Order);
        return image.Data.Length <= GatewayLimits.PieceBytes ? image : throw ModelUpload.PieceTooLarge($"{field}.data", image.Data.Length);
    }
}
