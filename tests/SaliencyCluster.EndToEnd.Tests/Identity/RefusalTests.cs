using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>What callers who are not let in are told, in the form that they read.</summary>
public sealed class RefusalTests(GuardedCluster cluster) : IClassFixture<GuardedCluster>, IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = cluster.Http };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_program_is_told_what_is_wrong_with_its_key()
    {
        await ExpectAsync(null, StatusCode.Unauthenticated,
            "SAL2901: The call has no API key. Send it as the header 'authorization: Bearer KEY'; the command line takes --api-key KEY or $SALIENCY_API_KEY.");
        const string Unknown = "SAL2902: The API key is none of this gateway. Check that it is complete and meant for this gateway. Ask whoever runs the gateway for a new one: saliency keys create";
        await ExpectAsync("nonsense", StatusCode.Unauthenticated, Unknown);
        await ExpectAsync(ApiKey.Create("a1").Text, StatusCode.Unauthenticated, Unknown);
        await ExpectAsync(cluster.A[..^1], StatusCode.Unauthenticated, Unknown);
    }

    [Fact]
    public async Task A_role_that_does_not_suffice_is_named_with_the_one_that_would()
    {
        using var client = cluster.Client(cluster.A);
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.GetClusterAsync(Cancellation));
        Assert.Equal((StatusCode.PermissionDenied,
            "SAL2905: The call needs the role 'operate'; the API key 'a1' has the role 'submit'. Use a key with that role. Whoever runs the gateway makes one: saliency keys create --role operate"),
            (error.Status, error.Message));
    }

    [Fact]
    public async Task Rest_answers_with_the_same_codes()
    {
        using var none = await _http.GetAsync("/v1/models", Cancellation);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"saliency\""), (none.StatusCode, none.Headers.WwwAuthenticate.Single().ToString()));
        Assert.Equal("SAL2901", await CodeAsync(none));
        using var wrong = await GetAsync("/v1/cluster", cluster.A);
        Assert.Equal((HttpStatusCode.Forbidden, "SAL2905"), (wrong.StatusCode, await CodeAsync(wrong)));
        using var right = await GetAsync("/v1/models", cluster.A);
        Assert.Contains(GuardedCluster.Model, await right.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/v1/methods")]
    [InlineData("/anything/else")]
    public async Task Every_page_needs_a_key_whether_it_exists_or_not(string path)
    {
        using var answer = await _http.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Health_is_open_and_reflection_is_not()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Grpc);
        Assert.NotEqual(HealthCheckResponse.Types.ServingStatus.NotServing, (await new Health.HealthClient(channel).CheckAsync(new(), cancellationToken: Cancellation)).Status);
        var reflection = Grpc.Reflection.V1Alpha.ServerReflection.Descriptor;
        var (status, _) = await RawCall.AskAsync(cluster.Grpc, reflection.Methods[0], null, Cancellation);
        Assert.Equal(StatusCode.Unauthenticated, status.StatusCode);
    }

    [Fact]
    public async Task A_browser_is_sent_to_the_sign_in_page_and_back()
    {
        using var first = await BrowseAsync(HttpMethod.Get, "/", null);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?returnUrl=%2F"), (first.StatusCode, first.Headers.Location!.OriginalString));
        using var form = await BrowseAsync(HttpMethod.Post, "/sign-in?returnUrl=%2F", null, ("key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, form.StatusCode);
        Assert.Contains("The API key is none of this gateway.", await form.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var signed = await BrowseAsync(HttpMethod.Post, "/sign-in?returnUrl=%2F", null, ("key", cluster.A));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (signed.StatusCode, signed.Headers.Location!.OriginalString));
        var cookie = signed.Headers.GetValues("Set-Cookie").Single();
        Assert.EndsWith("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.StartsWith("saliency-session=sls_", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.A[^43..], cookie, StringComparison.Ordinal);
        using var page = await BrowseAsync(HttpMethod.Get, "/v1/models", cookie.Split(';')[0]);
        Assert.Contains(GuardedCluster.Model, await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var outside = await BrowseAsync(HttpMethod.Post, "/sign-in?returnUrl=%2F%2Fevil.example", null, ("key", cluster.A));
        Assert.Equal("/", outside.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("no-cors", HttpStatusCode.Forbidden)]
    [InlineData("navigate", HttpStatusCode.Unauthorized)] // a link from elsewhere: let in, without the session
    public async Task A_request_that_another_site_causes_carries_no_session(string mode, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        using var signed = await BrowseAsync(HttpMethod.Post, "/sign-in?returnUrl=%2F", null, ("key", cluster.A));
        request.Headers.Add("Cookie", signed.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", mode);
        using var answer = await _http.SendAsync(request, Cancellation);
        Assert.Equal(status, answer.StatusCode);
    }

    private async Task ExpectAsync(string? key, StatusCode status, string text)
    {
        using var client = cluster.Client(key);
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.Models.ListAsync(Cancellation));
        Assert.Equal((status, text), (error.Status, error.Message));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        return await _http.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> BrowseAsync(HttpMethod method, string path, string? cookie, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd("text/html");
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (form.Length > 0) request.Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await _http.SendAsync(request, Cancellation);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation))
        .RootElement.GetProperty("details")[0].GetProperty("reason").GetString();
}
