using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>Images, pictures of maps and maps of jobs as files that pages refer to and users save, each read with the caller's own key.</summary>
internal static class ImageFiles
{
    private const int LongestKept = 3600;

    /// <summary>Gets the address under which the files of an image are.</summary>
    public static string Folder(string job, int index) => $"/files/jobs/{Uri.EscapeDataString(job)}/images/{index}";

    public static void MapImageFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files/jobs/{job}/images/{index:int}");
        files.MapGet("/image.png", (string job, int index, int? side, DashboardOptions options, HttpContext context) =>
            PictureAsync(options, context, job, index, Rendering.Image, side ?? 0, 0));
        files.MapGet("/heat-map.png", (string job, int index, int? side, int? method, DashboardOptions options, HttpContext context) =>
            PictureAsync(options, context, job, index, Rendering.HeatMap, side ?? 0, method ?? 0));
        files.MapGet("/map.npy", MapAsync);
    }

    private static Task<IResult> PictureAsync(
        DashboardOptions options, HttpContext context, string job, int index, Rendering rendering, int side, int method) =>
        AnswerAsync(options, context, async client =>
        {
            var picture = await client.Images.RenderAsync(job, index, rendering, side, method, context.RequestAborted);
            // An image never changes; its map may, when failed images are tried again.
            if (rendering == Rendering.Image) context.Response.Headers.CacheControl = $"private, max-age={LongestKept}";
            return Results.Bytes(picture.Png.ToByteArray(), "image/png");
        });

    private static Task<IResult> MapAsync(string job, int index, int? method, DashboardOptions options, HttpContext context) =>
        AnswerAsync(options, context, async client =>
        {
            var answers = await client.Images.ReadAllResultsAsync(job, index, context.RequestAborted);
            return answers.ElementAtOrDefault(method ?? 0) is { Map: { } map } image
                ? Results.Bytes(Npy.Write(map), "application/octet-stream", $"{image.Result.Name}-{image.Result.Method}.npy")
                : Results.NotFound();
        });

    private static async Task<IResult> AnswerAsync(DashboardOptions options, HttpContext context, Func<SaliencyClient, Task<IResult>> answer)
    {
        using var client = ClusterConnection.Connect(options, options.KeyOf(context));
        try
        {
            return await answer(client);
        }
        catch (GatewayException refused)
        {
            var status = refused.Status switch
            {
                Grpc.Core.StatusCode.NotFound => StatusCodes.Status404NotFound,
                Grpc.Core.StatusCode.Unauthenticated or Grpc.Core.StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
                Grpc.Core.StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            };
            return Results.Text($"{refused.Code}: {refused.What} {refused.Next}", statusCode: status);
        }
    }
}
