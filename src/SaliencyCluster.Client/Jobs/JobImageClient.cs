using System.Runtime.CompilerServices;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Jobs;

/// <summary>The images of jobs: listed, watched, read back and drawn.</summary>
public sealed class JobImageClient
{
    private readonly Protocol.V1.Explanations.ExplanationsClient _stub;
    private readonly GatewayCalls _calls;
    private readonly ResumingStream _resuming;

    internal JobImageClient(Protocol.V1.Explanations.ExplanationsClient stub, GatewayCalls calls, ResumingStream resuming) =>
        (_stub, _calls, _resuming) = (stub, calls, resuming);

    /// <summary>Lists images of a job from anywhere in it, unfinished ones too.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="first">Index of the first image.</param>
    /// <param name="count">From 1 to 200.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public Task<ListImagesResponse> ListAsync(string jobId, int first = 0, int count = 50, CancellationToken cancellation = default) => _calls.AskAsync(
        _stub.ListImagesAsync(new ListImagesRequest { JobId = jobId, FirstImage = first, PageSize = count }, cancellationToken: cancellation), cancellation);

    /// <summary>Follows one image until it has ended; leaving the loop early does not touch the work.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="index">The image.</param>
    /// <param name="partialMaps">Whether maps of the points so far are wanted too.</param>
    /// <param name="cancellation">Ends the watching.</param>
    /// <exception cref="GatewayException">No such image, or it failed.</exception>
    public async IAsyncEnumerable<ExplainUpdate> WatchAsync(
        string jobId, int index, bool partialMaps = false, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var updates = new UpdateReader();
        var parts = _resuming.ReadAsync(
            () =>
            {
                updates = new();
                return _stub.WatchImage(new WatchImageRequest { JobId = jobId, Index = index, PartialMaps = partialMaps }, cancellationToken: cancellation);
            },
            part => part.Result is not null, endsByItself: false, cancellation);
        await foreach (var part in parts.ConfigureAwait(false))
            if (updates.Read(part) is { } update) yield return update;
    }

    /// <summary>Reads the result and map of one image.</summary>
    /// <returns>Null while the image is not finished.</returns>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public async Task<ExplainedImage?> ReadResultAsync(string jobId, int index, bool map = true, CancellationToken cancellation = default) =>
        await ResultsAsync(jobId, index, map, cancellation).FirstOrDefaultAsync(cancellation).ConfigureAwait(false);

    /// <summary>Reads the results and maps of all methods of one image, in the order in which they were asked for.</summary>
    /// <returns>Nothing while the image is not finished; one result without a map for an image that failed.</returns>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public async Task<IReadOnlyList<ExplainedImage>> ReadAllResultsAsync(string jobId, int index, CancellationToken cancellation = default) =>
        await ResultsAsync(jobId, index, maps: true, cancellation).ToListAsync(cancellation).ConfigureAwait(false);

    /// <summary>Reads an image back as it was submitted.</summary>
    /// <exception cref="GatewayException">No such image.</exception>
    public async Task<SubmittedImage> ReadAsync(string jobId, int index, CancellationToken cancellation = default)
    {
        Image? first = null;
        var data = new MemoryStream();
        var call = _stub.ReadImage(new ReadImageRequest { JobId = jobId, Index = index }, cancellationToken: cancellation);
        await foreach (var piece in _calls.ReadAsync(call, cancellation).ConfigureAwait(false))
        {
            first ??= piece;
            data.Write(piece.Data.Span);
        }
        return new(first?.Name ?? "", first?.Format ?? ImageFormat.Unspecified, [.. first?.Shape ?? []], data.ToArray());
    }

    /// <summary>Draws an image or its map as a PNG.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="index">The image.</param>
    /// <param name="rendering">What is drawn.</param>
    /// <param name="maxSide">The longer side is at most this, from 16 to 4096; 0 for the image's own size.</param>
    /// <param name="methodIndex">Which method's map of a comparison.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No such image, no map of it, or it cannot be decoded.</exception>
    public Task<RenderImageResponse> RenderAsync(
        string jobId, int index, Rendering rendering = Rendering.Image, int maxSide = 0, int methodIndex = 0,
        CancellationToken cancellation = default)
    {
        var request = new RenderImageRequest
        {
            JobId = jobId, Index = index, Rendering = rendering, MaxSide = maxSide, MethodIndex = methodIndex,
        };
        return _calls.AskAsync(_stub.RenderImageAsync(request, cancellationToken: cancellation), cancellation);
    }

    // The results of one image, of each method in turn.
    private async IAsyncEnumerable<ExplainedImage> ResultsAsync(
        string jobId, int index, bool maps, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var assembler = new Maps.MapAssembler();
        Maps.SaliencyMap? map = null;
        var call = _stub.ReadResults(
            new ReadResultsRequest { JobId = jobId, FirstImage = index, WithoutMaps = !maps }, cancellationToken: cancellation);
        await foreach (var part in _calls.ReadAsync(call, cancellation).ConfigureAwait(false))
        {
            if (part.Map is { } chunk) map = assembler.Add(chunk) ?? map;
            if (part.Result is not { } result) continue;
            if (result.Index != index) yield break;
            yield return new(result, map);
            map = null;
            if (result.MethodIndex + 1 >= result.Methods) yield break;
        }
    }
}

/// <summary>An image as it was submitted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Format">A picture file, or a tensor.</param>
/// <param name="Shape">The dimensions of a tensor.</param>
/// <param name="Data">The file, or the elements of the tensor: float32, little endian.</param>
public sealed record SubmittedImage(string Name, ImageFormat Format, IReadOnlyList<long> Shape, byte[] Data)
{
    /// <summary>Gets it as the input of another request.</summary>
    public ImageInput ToInput() => Format == ImageFormat.Tensor
        ? ImageInput.FromTensor(Name, Shape, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Data).ToArray())
        : ImageInput.FromEncoded(Name, Data);
}
