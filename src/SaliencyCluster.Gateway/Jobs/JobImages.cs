using System.Runtime.CompilerServices;
using Google.Protobuf;
using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Methods.Visualizations;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using ImageFormat = SaliencyCluster.Protocol.V1.ImageFormat;
using StoredFormat = SaliencyCluster.Grains.Abstractions.Blobs.ImageFormat;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>The images of a job: listed, read back as they were submitted, and drawn.</summary>
internal sealed class JobImages(IBlobStore blobs)
{
    private const int DefaultPage = 50, LargestPage = 200;

    // A picture may take a gigabyte while it is decoded; more than the processors can draw at once wait before they are read.
    private readonly TenantPlaces _drawing = new(Math.Clamp(Environment.ProcessorCount / 2, 1, 8), isShared: true);

    /// <summary>Lists outcomes from anywhere in a job.</summary>
    /// <exception cref="InvalidRequestException">SAL2604.</exception>
    public async Task<ListImagesResponse> ListAsync(IJobGrain job, ListImagesRequest request)
    {
        if (request.FirstImage < 0) throw OutOfRange("first_image", request.FirstImage, "at least 0", "Count images from 0.");
        if (request.PageSize is < 0 or > LargestPage)
            throw OutOfRange("page_size", request.PageSize, $"from 1 to {LargestPage}, or 0 for {DefaultPage}", "Ask for smaller pages.");
        var status = await job.GetAsync();
        var response = new ListImagesResponse { Total = status.Images };
        if (request.FirstImage >= status.Images) return response;
        var outcomes = await job.ReadImagesAsync(request.FirstImage, request.PageSize == 0 ? DefaultPage : request.PageSize);
        response.Images.AddRange(outcomes.Select(o => ResultMapping.Write(o, status)));
        return response;
    }

    /// <summary>Reads an image back, in pieces.</summary>
    /// <exception cref="SaliencyException">SAL3002, SAL2630.</exception>
    public async IAsyncEnumerable<Image> ReadAsync(IJobGrain job, int index, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await CheckedAsync(job, index);
        var entry = await new ManifestReader(blobs, await job.GetImagesAsync()).ReadAsync(index, cancellation);
        var file = await blobs.ReadAsync(entry.Blob, cancellation);
        var first = new Image { Name = entry.Name, Format = ImageFormat.Encoded };
        ReadOnlyMemory<byte> data = file;
        if (entry.Format == StoredFormat.Tensor) data = TensorOf(file, entry, first);
        for (var offset = 0; ; offset += GatewayLimits.PieceBytes)
        {
            var more = data.Length - offset > GatewayLimits.PieceBytes;
            var piece = offset == 0 ? first : new Image();
            piece.Data = ByteString.CopyFrom(data.Slice(offset, more ? GatewayLimits.PieceBytes : data.Length - offset).Span);
            piece.More = more;
            yield return piece;
            if (!more) yield break;
        }
    }

    /// <summary>Draws an image or its map.</summary>
    /// <exception cref="SaliencyException">SAL2604, SAL2630, SAL3002, SAL212x.</exception>
    public async Task<RenderImageResponse> RenderAsync(
        string tenant, IJobGrain job, RenderImageRequest request, CancellationToken cancellation)
    {
        if (request.MaxSide is not 0 and (< 16 or > JobPictures.LargestSide))
            throw OutOfRange("max_side", request.MaxSide, $"from 16 to {JobPictures.LargestSide}, or 0", "Ask for a smaller picture.");
        var status = await CheckedAsync(job, request.Index);
        using var place = await _drawing.EnterAsync(tenant, cancellation);
        return await DrawAsync(job, status, request, cancellation);
    }

    private async Task<RenderImageResponse> DrawAsync(IJobGrain job, JobStatus status, RenderImageRequest request, CancellationToken cancellation)
    {
        var entry = await new ManifestReader(blobs, await job.GetImagesAsync()).ReadAsync(request.Index, cancellation);
        var file = await blobs.ReadAsync(entry.Blob, cancellation);
        if (request.Rendering != Rendering.HeatMap)
            return await JobPictures.OfImageAsync(file, entry, status, request.MaxSide, cancellation);
        var methods = 1 + status.Compared.Length;
        if (request.MethodIndex < 0 || request.MethodIndex >= methods)
            throw OutOfRange("method_index", request.MethodIndex, $"from 0 to {methods - 1}", "Count the methods of the job from 0.");
        var outcome = (await job.ReadImagesAsync(request.Index, 1))[0];
        var results = outcome.Compared.Prepend(outcome.Result);
        if (results.ElementAtOrDefault(request.MethodIndex) is not { } result)
            throw NoImage(
                $"There is no map of image {request.Index} of job '{status.Id}'.", "Wait until the image is done; its state says how far it is.");
        if ((result.Method ?? status.Request.Method) == Prediction.MethodName)
            throw NoImage($"Job '{status.Id}' asked what the model says of image {request.Index}, which is no map.",
                "Draw the image, or ask for a method.");
        var map = await StoredMap.ReadAsync(blobs, result.Map, cancellation);
        if (result.ChannelsLast) map = map.ToChannelsFirst(ImageLayout.ChannelsLast);
        // Of a series of images that an ascent drew the end is what was asked for.
        if (VisualizationCatalog.Find(result.Method ?? status.Request.Method) is not null)
            return JobPictures.OfDrawing(map, status.Request.Ascent, request.MaxSide);
        var mark = Mark.Of(DetectionMapping.Read(result.Detection));
        return await JobPictures.OfMapAsync(
            map, result.Method ?? status.Request.Method, file, entry, status, mark, request.MaxSide, cancellation);
    }

    /// <summary>Gets the job if it has such an image.</summary>
    /// <exception cref="SaliencyException">SAL3002, SAL2630.</exception>
    public static async Task<JobStatus> CheckedAsync(IJobGrain job, int index)
    {
        var status = await job.GetAsync();
        Check(status, index);
        return status;
    }

    /// <summary>Refuses an image that a job does not have.</summary>
    /// <exception cref="SaliencyException">SAL2630.</exception>
    public static void Check(JobStatus status, int index)
    {
        if (index < 0 || index >= status.Images)
            throw NoImage($"Job '{status.Id}' has no image {index}; it has {status.Images}, counted from 0.", "Ask for an index that the job has.");
    }

    private static ReadOnlyMemory<byte> TensorOf(byte[] file, ManifestEntry entry, Image image)
    {
        var tensor = Imaging.NpyFile.Read(file, entry.Name);
        image.Format = ImageFormat.Tensor;
        image.Shape.AddRange(tensor.Shape.Select(d => (long)d));
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Data.AsSpan()).ToArray();
    }

    private static SaliencyException NoImage(string what, string next) => new("SAL2630", what, next);

    private static InvalidRequestException OutOfRange(string field, int value, string range, string next) =>
        InvalidRequestException.Of("SAL2604", field, $"The field '{field}' is {value}; it must be {range}.", next);
}
