using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SaliencyCluster.Chart.Tests.Values;

/// <summary>values.schema.json, made of values.yaml: every section refuses keys that it does not have.</summary>
internal static class ValuesSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema.</summary>
    /// <param name="values">values.yaml.</param>
    /// <param name="definitions">Types that are not told by a default: tolerations, affinity, ...</param>
    public static string Text(IReadOnlyList<ChartValue> values, JsonObject definitions)
    {
        var defaults = values.Single(v => v.Path == "poolDefaults");
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Values of the chart saliency-cluster",
            ["type"] = "object",
            ["properties"] = Properties(values.Where(v => v != defaults)),
            ["additionalProperties"] = false,
        };
        schema["properties"]!["poolDefaults"] = new JsonObject { ["$ref"] = "#/$defs/pool" };
        var all = definitions.DeepClone().AsObject();
        var pool = Section(defaults);
        // Null takes out a pool of an earlier values file.
        pool["type"] = new JsonArray("object", "null");
        all["pool"] = pool;
        schema["$defs"] = all;
        return schema.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Properties(IEnumerable<ChartValue> values) => new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)Schema(v))));

    private static JsonObject Section(ChartValue section) => new()
    {
        ["type"] = "object",
        ["properties"] = Properties(section.Children),
        ["additionalProperties"] = false,
    };

    private static JsonObject Schema(ChartValue value)
    {
        if (value.Children.Count > 0) return Section(value);
        if (value.Description is null) throw new InvalidOperationException($"values.yaml: '{value.Path}' has no comment '# -- ...'.");
        var schema = new JsonObject { ["description"] = value.Description };
        if (!value.Hint.ContainsKey("type") && !value.Hint.ContainsKey("$ref") && !value.Hint.ContainsKey("enum")) schema["type"] = TypeOf(value);
        foreach (var (key, hint) in value.Hint) schema[key] = hint?.DeepClone();
        return schema;
    }

    private static string TypeOf(ChartValue value) => value.Default?.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "integer",
        _ => throw new InvalidOperationException($"values.yaml: the type of '{value.Path}' is not told by its default; add '# @schema {{\"type\": ...}}'."),
    };
}
