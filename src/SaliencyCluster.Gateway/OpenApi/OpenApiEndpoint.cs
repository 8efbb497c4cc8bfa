using SaliencyCluster.Gateway.Cluster;

namespace SaliencyCluster.Gateway.OpenApi;

internal static class OpenApiEndpoint
{
    /// <summary>Serves the document at <c>/openapi/v1.json</c>.</summary>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        var document = OpenApiDocument.Make(ClusterService.Version).ToJsonString();
        app.MapGet("/openapi/v1.json", () => TypedResults.Text(document, "application/json"));
    }
}
