using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Hosting;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Uploads;

/// <summary>
/// Takes what a browser sends: a header, then images one after another, each passed on before the next is read. So any number of them needs
/// memory for one.
/// </summary>
internal static class UploadEndpoints
{
    /// <summary>Where jobs are sent.</summary>
    public const string Jobs = "/files/jobs";

    /// <summary>Where evaluations are sent.</summary>
    public const string Evaluations = "/files/evaluations";

    private const int LargestHeader = 1 << 20, LargestImage = 16 << 20;

    // A browser that is answered before it has sent everything sees a broken connection instead of the answer.
    private static readonly TimeSpan ReadsOn = TimeSpan.FromSeconds(30);

    public static void MapUploads(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Jobs, (DashboardOptions options, HttpContext context) => AnswerAsync(options, context, async (client, body) =>
        {
            var header = JobHeader.Parser.ParseJson(await HeaderAsync(body, context.RequestAborted));
            var job = await client.Jobs.SubmitAsync(header, ImagesAsync(body, context.RequestAborted), context.RequestAborted);
            return $"/jobs/{Uri.EscapeDataString(job.JobId)}";
        }));
        routes.MapPost(Evaluations, (DashboardOptions options, HttpContext context) => AnswerAsync(options, context, async (client, body) =>
        {
            var header = EvaluationHeader.Parser.ParseJson(await HeaderAsync(body, context.RequestAborted));
            var images = ImagesAsync(body, context.RequestAborted).Select(image => new Client.Evaluations.EvaluationImageInput(image));
            var id = header.HasEvaluationId ? header.EvaluationId : null;
            var evaluation = await client.Evaluations.SubmitAsync(header.Model, header.Options, images, id, context.RequestAborted);
            return $"/evidence/{Uri.EscapeDataString(evaluation.EvaluationId)}";
        }));
    }

    private static async Task<IResult> AnswerAsync(
        DashboardOptions options, HttpContext context, Func<SaliencyClient, MultipartReader, Task<string>> submit)
    {
        // What may be stored is decided where the images arrive.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (Boundary(context.Request) is not { } boundary) return Refused("The request is no multipart/form-data.");
        using var client = ClusterConnection.Connect(options, options.KeyOf(context));
        try
        {
            var page = await submit(client, new(boundary, context.Request.Body));
            return Results.Json(new UploadAnswer { Page = page });
        }
        catch (GatewayException refused)
        {
            await ReadOnAsync(context);
            return Results.Json(UploadAnswer.Of(refused), statusCode: StatusCodes.Status400BadRequest);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidProtocolBufferException or InvalidJsonException)
        {
            await ReadOnAsync(context);
            return Refused(wrong.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser left or stopped; what had arrived becomes no job.
            return Results.Empty;
        }
    }

    private static IResult Refused(string what) => Results.Json(
        new UploadAnswer { What = what, Next = "Load the page again and submit again." }, statusCode: StatusCodes.Status400BadRequest);

    private static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType == "multipart/form-data" && type.Boundary.HasValue
            ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
            : null;

    private static async Task<string> HeaderAsync(MultipartReader body, CancellationToken cancellation)
    {
        var section = await body.ReadNextSectionAsync(cancellation) ?? throw new InvalidDataException("The upload has no header.");
        if (section.AsFormDataSection() is not { Name: "header" })
            throw new InvalidDataException("The upload does not begin with its header.");
        var text = await ReadAsync(section.Body, LargestHeader, "The header", cancellation);
        return System.Text.Encoding.UTF8.GetString(text.Span);
    }

    private static async IAsyncEnumerable<ImageInput> ImagesAsync(
        MultipartReader body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await body.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (section.AsFileSection() is not { } file) throw new InvalidDataException("A part of the upload is no file.");
            var data = await ReadAsync(section.Body, LargestImage, $"'{file.FileName}'", cancellation);
            yield return ImageInput.FromEncoded(ImageName.Of(file.FileName), data);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream part, int largest, string what, CancellationToken cancellation)
    {
        var data = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await part.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            if (data.Length + count > largest) throw new InvalidDataException($"{what} is larger than {largest >> 20} MiB.");
            data.Write(buffer, 0, count);
        }
        return data.GetBuffer().AsMemory(0, (int)data.Length);
    }

    private static async Task ReadOnAsync(HttpContext context)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(ReadsOn);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, patience.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // It is answered all the same; a browser that is still sending may see that the connection broke.
        }
    }
}
