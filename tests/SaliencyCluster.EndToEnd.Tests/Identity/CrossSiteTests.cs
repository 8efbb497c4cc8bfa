using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using SaliencyCluster.EndToEnd.Tests.Clusters;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>What a browser sends when a page of another site makes it ask, against a gateway without keys and one with keys.</summary>
public sealed class CrossSiteTests(SharedCluster open, GuardedCluster guarded) : IClassFixture<GuardedCluster>, IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Method, path, headers, and the code that a gateway without keys and one with keys answers; null where the request is let in.</summary>
    public static TheoryData<string, string, string, string?, string?> Requests => new()
    {
        { "GET", "/v1/models", "Host: evil.example", "SAL2907", "SAL2901" },
        { "GET", "/", "Host: evil.example:8080", "SAL2907", "SAL2901" },
        { "POST", "/v1/explain", "Host: evil.example\nOrigin: http://evil.example", "SAL2907", "SAL2901" },
        { "GET", "/v1/models", "Host: localhost:8080", null, "SAL2901" },
        { "GET", "/v1/models", "Origin: http://evil.example", "SAL2908", "SAL2908" },
        { "GET", "/v1/models", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors", "SAL2908", "SAL2908" },
        { "GET", "/v1/models", "Sec-Fetch-Site: same-site\nSec-Fetch-Mode: cors", "SAL2908", "SAL2908" },
        { "POST", "/sign-out", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate", "SAL2908", "SAL2908" },
        { "POST", "/sign-out", "Origin: null", "SAL2908", "SAL2908" },
        { "GET", "/", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate", null, "SAL2901" },
        { "GET", "/v1/models", "Sec-Fetch-Site: same-origin", null, "SAL2901" },
        { "POST", "/sign-out", "Sec-Fetch-Site: same-origin\nOrigin: null", null, null },
    };

    public void Dispose() => _http.Dispose();

    [Theory, MemberData(nameof(Requests))]
    public async Task A_page_of_another_site_is_refused_and_so_is_a_stranger_s_name_where_no_key_protects(string method, string path, string headers, string? withoutKeys, string? withKeys)
    {
        Assert.Equal(withoutKeys, await AskAsync(open.Http, method, path, headers));
        Assert.Equal(withKeys, await AskAsync(guarded.Http, method, path, headers));
    }

    [Theory]
    [InlineData("http://evil.example", "")]
    [InlineData("null", "")]
    [InlineData("", "cross-site")]
    public async Task A_page_of_another_site_gets_no_web_socket(string origin, string site)
    {
        using var socket = new ClientWebSocket();
        if (origin.Length > 0) socket.Options.SetRequestHeader("Origin", origin);
        if (site.Length > 0) socket.Options.SetRequestHeader("Sec-Fetch-Site", site);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(open.Http) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task The_pages_of_orleans_are_for_administrators()
    {
        foreach (var key in new[] { guarded.A, guarded.Operator })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(guarded.Http, "/orleans/Trace"));
            request.Headers.Authorization = new("Bearer", key);
            using var answer = await _http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private async Task<string?> AskAsync(Uri gateway, string method, string path, string headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(gateway, path));
        foreach (var header in headers.Split('\n')) request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]);
        using var answer = await _http.SendAsync(request, Cancellation);
        if (answer.Content.Headers.ContentType?.MediaType != "application/json" || answer.IsSuccessStatusCode) return null;
        using var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return error.RootElement.GetProperty("details")[0].GetProperty("reason").GetString();
    }
}
