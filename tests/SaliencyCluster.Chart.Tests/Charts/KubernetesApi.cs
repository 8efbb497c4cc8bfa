using System.Net;
using System.Text.Json.Nodes;

namespace SaliencyCluster.Chart.Tests.Charts;

/// <summary>As much of a Kubernetes API as Helm asks when a template of the embedded cluster looks something up: Secrets and Services
/// that are there.</summary>
internal sealed class KubernetesApi : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;
    private readonly Dictionary<string, JsonObject> _objects = [];

    /// <summary>Starts it, with Services of these names in the namespace of the release.</summary>
    public KubernetesApi(params string[] services)
    {
        foreach (var name in services)
            Put("services", new() { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = name } });
        (_listener, Address) = Listening();
        _serving = ServeAsync();
    }

    /// <summary>Gets its address.</summary>
    public string Address { get; }

    /// <summary>Keeps a Secret that was rendered, as an installation does.</summary>
    public void Keep(Manifest secret) => Put("secrets", secret.Json.DeepClone().AsObject());

    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
    }

    private void Put(string kind, JsonObject value) =>
        _objects[$"/api/v1/namespaces/{Helm.Namespace}/{kind}/{value["metadata"]!["name"]}"] = value;

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var answer = Answer(asked.Request.Url!.AbsolutePath);
            asked.Response.StatusCode = answer is null ? 404 : 200;
            asked.Response.ContentType = "application/json";
            answer ??= new JsonObject
            {
                ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["reason"] = "NotFound", ["code"] = 404,
            };
            await asked.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()));
            asked.Response.Close();
        }
    }

    private JsonNode? Answer(string path) => path switch
    {
        "/version" => JsonNode.Parse("""{"major": "1", "minor": "30", "gitVersion": "v1.30.0"}"""),
        "/api" => JsonNode.Parse("""{"kind": "APIVersions", "versions": ["v1"]}"""),
        "/apis" => new JsonObject
        {
            ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray(Group("apps"), Group("networking.k8s.io")),
        },
        "/api/v1" => Resources("v1", "Secret", "Service", "ConfigMap", "ServiceAccount"),
        "/apis/apps/v1" => Resources("apps/v1", "StatefulSet"),
        "/apis/networking.k8s.io/v1" => Resources("networking.k8s.io/v1", "NetworkPolicy"),
        _ => _objects.GetValueOrDefault(path),
    };

    private static JsonObject Group(string name) => new()
    {
        ["name"] = name,
        ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = $"{name}/v1", ["version"] = "v1" }),
    };

    // The kinds that the embedded cluster is made of.
    private static JsonObject Resources(string version, params string[] kinds) => new()
    {
        ["kind"] = "APIResourceList",
        ["groupVersion"] = version,
        ["resources"] = new JsonArray([.. kinds.Select(kind => new JsonObject
        {
            ["name"] = kind.EndsWith('y') ? $"{kind[..^1].ToLowerInvariant()}ies" : $"{kind.ToLowerInvariant()}s",
            ["kind"] = kind,
            ["namespaced"] = true,
            ["verbs"] = new JsonArray("get"),
        })]),
    };

    private static (HttpListener Listener, string Address) Listening(int tries = 20)
    {
        var address = $"http://127.0.0.1:{Random.Shared.Next(10_000, 32_768)}";
        var listener = new HttpListener { Prefixes = { $"{address}/" } };
        try
        {
            listener.Start();
            return (listener, address);
        }
        catch (HttpListenerException) when (tries > 1)
        {
            listener.Close();
            return Listening(tries - 1);
        }
    }
}
