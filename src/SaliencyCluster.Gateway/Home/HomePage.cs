using Microsoft.AspNetCore.Http.HttpResults;

namespace SaliencyCluster.Gateway.Home;

internal static class HomePage
{
    /// <summary>Serves a page that shows the cluster's live numbers. It needs no server state: it asks the REST API.</summary>
    public static void MapHomePage(this WebApplication app)
    {
        using var stream = typeof(HomePage).Assembly.GetManifestResourceStream("SaliencyCluster.Gateway.Home.home.html")!;
        using var reader = new StreamReader(stream);
        var page = reader.ReadToEnd();
        app.MapGet("/", ContentHttpResult () => TypedResults.Text(page, "text/html; charset=utf-8"));
    }
}
