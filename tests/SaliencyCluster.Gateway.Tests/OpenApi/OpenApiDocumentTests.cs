using System.Text.Json.Nodes;
using SaliencyCluster.Gateway.OpenApi;

namespace SaliencyCluster.Gateway.Tests.OpenApi;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonObject Document = OpenApiDocument.Make("1.2.3");

    [Fact]
    public void Every_rest_route_is_described() => Assert.Equal(
        [
            "get /v1/cluster", "get /v1/cluster:watch", "get /v1/evaluations", "get /v1/evaluations/{evaluation_id}",
            "get /v1/evaluations/{evaluation_id}/report/{file}", "get /v1/evaluations/{evaluation_id}:watch", "get /v1/jobs", "get /v1/jobs/{job_id}", "get /v1/jobs/{job_id}/images",
            "get /v1/jobs/{job_id}/images/{index}:render", "get /v1/jobs/{job_id}/images/{index}:watch",
            "get /v1/jobs/{job_id}/manifest", "get /v1/jobs/{job_id}/results",
            "get /v1/jobs/{job_id}:watch", "get /v1/methods", "get /v1/models", "get /v1/models/{name}", "get /v1/quarantine", "get /v1/tenants",
            "delete /v1/evaluations/{evaluation_id}", "delete /v1/jobs/{job_id}",
            "delete /v1/models/{name}", "post /v1/evaluations/{evaluation_id}:cancel", "post /v1/explain", "post /v1/jobs/{job_id}:cancel", "post /v1/jobs/{job_id}:pause",
            "post /v1/jobs/{job_id}:replay", "post /v1/jobs/{job_id}:reprioritize", "post /v1/jobs/{job_id}:resume",
            "post /v1/jobs/{job_id}:retry", "post /v1/quarantine/{model}:release", "post /v1/workers/{worker}:drain",
        ],
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(verb => (path.Key, Verb: verb.Key)))
            .OrderBy(r => r.Verb == "get" ? 0 : r.Verb == "delete" ? 1 : 2).ThenBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Verb} {r.Key}"));

    [Fact]
    public void Every_reference_leads_to_a_schema()
    {
        var schemas = Document["components"]!["schemas"]!.AsObject();
        var references = References(Document).Distinct().ToList();
        Assert.Contains("#/components/schemas/Job", references);
        Assert.All(references, reference => Assert.True(schemas.ContainsKey(reference.Split('/')[^1]), reference));
    }

    [Fact]
    public void Path_parameters_are_required_and_the_rest_of_a_get_is_in_the_query()
    {
        var parameters = Document["paths"]!["/v1/jobs/{job_id}/results"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(["job_id in path True", "firstImage in query False", "withoutMaps in query False", "follow in query False"],
            parameters.Select(p => $"{p!["name"]} in {p["in"]} {(bool)p["required"]!}"));
    }

    [Fact]
    public void Numbers_of_64_bits_are_texts_as_protobuf_writes_them() =>
        Assert.Equal("""{"type":"string","format":"int64"}""", Document["components"]!["schemas"]!["Job"]!["properties"]!["version"]!.ToJsonString());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [(string)p.Value!] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
