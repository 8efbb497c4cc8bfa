using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Rest;

public sealed class RestTests(SharedCluster cluster) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = cluster.Http };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cluster_tells_its_processes_and_devices()
    {
        var status = await _http.GetFromJsonAsync<JsonElement>("/v1/cluster", Cancellation);
        Assert.Equal(["gateway", "worker"], status.GetProperty("silos")[0].GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal("cpu", status.GetProperty("devices")[0].GetProperty("provider").GetString());
    }

    [Fact]
    public async Task A_model_tells_its_layers_and_what_can_explain_it()
    {
        var model = await _http.GetFromJsonAsync<JsonElement>("/v1/models/mnist-mlp", Cancellation);
        Assert.Equal("mnist-mlp", model.GetProperty("name").GetString());
        var methods = model.GetProperty("methods").EnumerateArray().ToDictionary(m => m.GetProperty("method").GetString()!, m => m.GetProperty("missing").GetString());
        Assert.Equal("", methods["gradient"]);
        Assert.Equal("Method 'grad-cam' needs a layer with channels and a spatial grid, and the model has none.", methods["grad-cam"]);
    }

    [Fact]
    public async Task An_image_can_be_explained_with_curl_alone()
    {
        var image = new { name = "three", format = "IMAGE_FORMAT_ENCODED", data = Convert.ToBase64String(await File.ReadAllBytesAsync(Digits.PicturePath(3), Cancellation)) };
        using var answer = await _http.PostAsJsonAsync("/v1/explain", new { model = "mnist-cnn", options = new { method = "gradient" }, image }, Cancellation);
        var lines = (await answer.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var map = Convert.FromBase64String(lines.Single(l => l.TryGetProperty("map", out _)).GetProperty("map").GetProperty("data").GetString()!);
        var golden = NpyFile.ReadFile(Repo.Golden("mnist-cnn", "digit-3", "gradient.npy"));
        Assert.Equal(golden.Data.Length * sizeof(float), map.Length);
        Assert.Equal("3", lines[^1].GetProperty("result").GetProperty("target").GetString());
    }

    [Fact]
    public async Task An_error_has_its_code_and_texts_as_details()
    {
        using var answer = await _http.GetAsync("/v1/jobs/nothing", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("details")[0];
        Assert.Equal("SAL3002", detail.GetProperty("reason").GetString());
        Assert.Equal("There is no job 'nothing'.", detail.GetProperty("metadata").GetProperty("what").GetString());
    }

    [Fact]
    public async Task The_openapi_document_and_the_home_page_are_served()
    {
        Assert.Equal("3.0.3", (await _http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancellation)).GetProperty("openapi").GetString());
        Assert.Contains("/assets/mark.svg", await _http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "SAL2631")]
    [InlineData("GET", "/nothing", 404, "SAL2631")]
    [InlineData("DELETE", "/v2", 405, "SAL2632")]
    [InlineData("GET", "/v2/models/mnist-mlp/infer", 405, "SAL2632")]
    [InlineData("POST", "/sign-in", 415, "SAL2633")]
    public async Task A_program_that_asks_for_what_is_not_there_is_told_so_by_a_code(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = JsonContent.Create(new { key = "" });
        using var answer = await _http.SendAsync(request, Cancellation);
        Assert.Equal((status, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(code, said.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    public void Dispose() => _http.Dispose();
}
