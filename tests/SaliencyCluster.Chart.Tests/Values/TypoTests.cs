using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Values;

/// <summary>A key that does not exist is refused wherever it is written; the places are those of the schema itself.</summary>
public sealed class TypoTests
{
    private const string Typo = "replcas";
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!.AsObject();

    [Fact]
    public void A_typo_is_refused_in_every_section()
    {
        var places = new List<string>();
        var values = WithTypos(Schema, "", places);
        var said = Helm.Refusal(values!.ToJsonString());
        Assert.InRange(places.Count, 50, int.MaxValue);
        Assert.All(places, place => Assert.Contains($"at '{place}': additional properties '{Typo}' not allowed", said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gateway: {service: {grpcPort: 70000}}", "/gateway/service/grpcPort")]
    [InlineData("storage: {kind: sqlite}", "/storage/kind")]
    [InlineData("pools: {GPU: {}}", "/pools")]
    [InlineData("pools: {gpu: {gpu: {migProfile: half}}}", "/pools/gpu/gpu/migProfile")]
    [InlineData("storage: {retention: 7 days}", "/storage/retention")]
    [InlineData("gateway: {resources: {limits: {memory: lots}}}", "/gateway/resources/limits/memory")]
    [InlineData("images: {pullSecrets: registry}", "/images/pullSecrets")]
    [InlineData("settings: {Gateway:Limits: 1}", "/settings")]
    [InlineData("insecure: \"yes\"", "/insecure")]
    public void A_value_out_of_range_is_refused_with_its_place(string values, string place) =>
        Assert.Contains($"at '{place}'", Helm.Refusal(values), StringComparison.Ordinal);

    // Builds values with the typo in every object that the schema describes.
    private static JsonNode? WithTypos(JsonObject schema, string path, List<string> places)
    {
        while (schema["$ref"] is { } reference) schema = Schema["$defs"]![((string)reference!)["#/$defs/".Length..]]!.AsObject();
        if (schema["items"] is JsonObject items)
            return WithTypos(items, path + "/0", places) is { } item ? new JsonArray(item) : null;
        var types = schema["type"] is JsonArray several ? [.. several.Select(t => t!.ToString())] : new[] { schema["type"]?.ToString() };
        if (!types.Contains("object") || types.Contains("string") || schema["additionalProperties"] is not JsonValue closed || closed.GetValue<bool>()) return null;
        var values = new JsonObject();
        // A map takes any name of its pattern; a name with a space fits none.
        if (schema["properties"] is JsonObject properties)
        {
            foreach (var (key, below) in properties)
                if (WithTypos(below!.AsObject(), $"{path}/{key}", places) is { } value) values[key] = value;
            values[Typo] = new JsonArray();
            places.Add(path);
        }
        else if (schema["patternProperties"] is JsonObject patterns && patterns.First().Value is JsonObject entry && WithTypos(entry, $"{path}/a", places) is { } value)
        {
            values["a"] = value;
        }
        return values.Count == 0 ? null : values;
    }
}
