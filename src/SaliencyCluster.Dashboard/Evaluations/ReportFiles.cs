using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Evaluations;

/// <summary>Reports as files, read with the caller's own key.</summary>
internal static class ReportFiles
{
    // A report holds names that users chose: whatever is in it, it runs no script and reaches nothing. Its references open beside it.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox";

    public static void MapReportFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files/evaluations/{id}");
        files.MapGet("/report.html", (string id, DashboardOptions options, HttpContext context) => WriteAsync(id, ReportFile.Html, "text/html; charset=utf-8", options, context));
        files.MapGet("/report.json", (string id, DashboardOptions options, HttpContext context) => WriteAsync(id, ReportFile.Json, "application/json", options, context));
        files.MapGet("/measurements.csv", (string id, DashboardOptions options, HttpContext context) => WriteAsync(id, ReportFile.Csv, "text/csv; charset=utf-8", options, context));
    }

    private static async Task<IResult> WriteAsync(string id, ReportFile file, string type, DashboardOptions options, HttpContext context)
    {
        using var client = ClusterConnection.Connect(options, options.KeyOf(context));
        var report = new MemoryStream();
        try
        {
            await client.Evaluations.ReadReportAsync(id, file, report, context.RequestAborted);
        }
        catch (GatewayException refused)
        {
            return Results.Text($"{refused.Code}: {refused.What} {refused.Next}", statusCode: StatusCodes.Status404NotFound);
        }
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Bytes(report.ToArray(), type, file == ReportFile.Html ? null : $"{id}{(file == ReportFile.Json ? ".json" : ".csv")}");
    }
}
