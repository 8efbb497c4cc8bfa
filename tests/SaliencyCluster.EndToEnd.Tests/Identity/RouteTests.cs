using System.Net;
using System.Text.RegularExpressions;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>Who may ask for what is no RPC: pages, files, the hub of the pages. RPCs and their REST routes are in <see cref="AccessTable"/>.</summary>
public sealed partial class RouteTests(GuardedCluster cluster) : IClassFixture<GuardedCluster>
{
    // A new route needs a row here.
    private static readonly Dictionary<string, string> Rows = new()
    {
        ["/openapi/v1.json"] = "Submit",
        ["/v1/models/{model}:predict"] = "Submit",
        ["/v1/models/{model}:explain"] = "Submit",
        ["/v2/health/live"] = "open",
        ["/v2/health/ready"] = "open",
        ["/v2"] = "Submit",
        ["/v2/models/{model}"] = "Submit",
        ["/v2/models/{model}/ready"] = "Submit",
        ["/v2/models/{model}/infer"] = "Submit",
        ["/v2/models/{model}/versions/{version}"] = "Submit",
        ["/v2/models/{model}/versions/{version}/ready"] = "Submit",
        ["/v2/models/{model}/versions/{version}/infer"] = "Submit",
        ["/assets/{name}"] = "open",
        ["/alive"] = "open",
        ["/sign-in"] = "open",
        ["/sign-out"] = "open",
        ["/files/jobs/{job}/images/{index:int}/image.png"] = "Submit",
        ["/files/jobs/{job}/images/{index:int}/heat-map.png"] = "Submit",
        ["/files/jobs/{job}/images/{index:int}/map.npy"] = "Submit",
        ["/files/jobs"] = "Submit",
        ["/files/evaluations"] = "Submit",
        ["/files/evaluations/{id}/report.html"] = "Submit",
        ["/files/evaluations/{id}/report.json"] = "Submit",
        ["/files/evaluations/{id}/measurements.csv"] = "Submit",
        ["/_framework/opaque-redirect"] = "Submit",
        ["/workers"] = "Submit",
        ["/"] = "Submit",
        ["/models/{Name}"] = "Submit",
        ["/models"] = "Submit",
        ["/jobs/{JobId}"] = "Submit",
        ["/jobs"] = "Submit",
        ["/jobs/{JobId}/images/{Index:int}"] = "Submit",
        ["/not-found"] = "Submit",
        ["/evidence/{Id}"] = "Submit",
        ["/evidence"] = "Submit",
        ["/_blazor/negotiate"] = "Submit",
        ["/_blazor"] = "Submit",
        ["/_blazor/disconnect/"] = "Submit",
        ["/_blazor/initializers/"] = "Submit",
        ["/orleans/"] = "Admin",
        ["/orleans/index.html"] = "Admin",
        ["/orleans/favicon.ico"] = "Admin",
        ["/orleans/index.min.js"] = "Admin",
        ["/orleans/index.css"] = "Admin",
        ["/orleans/fonts/{**path}"] = "Admin",
        ["/orleans/img/{**path}"] = "Admin",
        ["/orleans/version"] = "Admin",
        ["/orleans/DashboardCounters"] = "Admin",
        ["/orleans/ClusterStats"] = "Admin",
        ["/orleans/Reminders"] = "Admin",
        ["/orleans/Reminders/{page:int}"] = "Admin",
        ["/orleans/HistoricalStats/{*path}"] = "Admin",
        ["/orleans/SiloProperties/{*address}"] = "Admin",
        ["/orleans/SiloMetadata/{*address}"] = "Admin",
        ["/orleans/SiloStats/{*address}"] = "Admin",
        ["/orleans/SiloCounters/{*address}"] = "Admin",
        ["/orleans/GrainStats/{*grainName}"] = "Admin",
        ["/orleans/TopGrainMethods"] = "Admin",
        ["/orleans/GrainState"] = "Admin",
        ["/orleans/LifecycleStages"] = "Admin",
        ["/orleans/GrainTypes"] = "Admin",
        ["/orleans/Trace"] = "Admin",
    };

    private static readonly string[] Posted =
    [
        "/sign-out", "/files/jobs", "/files/evaluations", "/v1/models/0:predict", "/v1/models/0:explain", "/v2/models/0/infer",
        "/v2/models/0/versions/0/infer",
    ];

    [Fact]
    public void Every_route_has_a_decision() =>
        Assert.Equal(
            Rows.Select(r => $"{r.Key} {r.Value}").Order(StringComparer.Ordinal),
            cluster.Routes.Select(r => $"{r.Route} {r.Who}").Distinct().Order(StringComparer.Ordinal));

    // A file is asked for with the key that lets the request in, whichever way it came.
    [Fact]
    public async Task The_owner_gets_a_file_with_the_key_in_the_header_and_a_stranger_is_told_nothing()
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = cluster.Http };
        const string File = $"/files/jobs/{GuardedCluster.Job}/images/0/map.npy";
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, File, cluster.A));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, File, cluster.B));
    }

    [Fact]
    public async Task What_is_decided_is_what_callers_meet()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = cluster.Http };
        foreach (var (route, who) in Rows)
        {
            var path = Parameter().Replace(route, "0");
            var none = await StatusAsync(http, path, key: null);
            var operate = await StatusAsync(http, path, cluster.Operator);
            var submit = await StatusAsync(http, path, cluster.B);
            Assert.Equal((route, who != "open"), (route, none == HttpStatusCode.Unauthorized));
            Assert.Equal((route, who == "Admin"), (route, operate == HttpStatusCode.Forbidden));
            Assert.Equal((route, who == "Admin"), (route, submit == HttpStatusCode.Forbidden));
            Assert.NotEqual((route, HttpStatusCode.Unauthorized), (route, submit));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, string? key)
    {
        using var request = new HttpRequestMessage(Posted.Contains(path) ? HttpMethod.Post : HttpMethod.Get, path);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
