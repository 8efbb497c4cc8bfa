using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Values;

/// <summary>Schema, README and the files that the chart takes along follow their sources. SALIENCY_UPDATE_DOCS=1 writes them anew.</summary>
public sealed class ValuesTests
{
    private static readonly IReadOnlyList<ChartValue> Values = ChartValue.Read(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml")));

    [Fact]
    public void Schema_is_what_the_comments_of_the_values_say() =>
        Written.Check(Path.Combine(Helm.Chart, "values.schema.json"),
            ValuesSchema.Text(Values, JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "schema", "definitions.json")))!.AsObject()));

    [Fact]
    public void Readme_lists_every_value_with_default_and_description()
    {
        var path = Path.Combine(Helm.Chart, "README.md");
        Written.Check(path, ValuesTable.In(File.ReadAllText(path), Values));
    }

    // Helm reads files of the chart only, so it has copies.
    [Theory]
    [InlineData("rules.yaml", "prometheus/rules.yaml")]
    [InlineData("dashboard.json", "grafana/saliency-cluster.json")]
    public void Alerts_and_dashboard_of_the_chart_are_those_of_deploy(string copy, string source) =>
        Written.Check(Path.Combine(Helm.Chart, "files", copy), File.ReadAllText(Path.Combine(Repo.Root, "deploy", source)));

    [Fact]
    public void Every_object_of_the_schema_refuses_keys_that_it_does_not_have()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!;
        Assert.Equal(["$.properties.global"], OpenObjects(schema));
    }

    // Not closed is only what Helm itself fills in where the chart is a dependency.
    private static IEnumerable<string> OpenObjects(JsonNode? node) => node switch
    {
        JsonObject o when o["type"] is JsonValue type && type.ToString() == "object" && o["additionalProperties"] is null => [o.GetPath()],
        JsonObject o => o.SelectMany(pair => OpenObjects(pair.Value)),
        JsonArray a => a.SelectMany(OpenObjects),
        _ => [],
    };
}
