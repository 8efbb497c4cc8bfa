using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>What parameters ask for: an explanation where they name a method, else the model's outputs.</summary>
/// <param name="Explanation">The method and its options; null where outputs are asked for.</param>
/// <param name="Pool">The pool; empty for the default.</param>
internal sealed record InferenceParameters(ExplanationOptions? Explanation, string Pool)
{
    // Of the protocols themselves, and what their clients send along.
    private static readonly string[] NotOurs = ["binary_data_output", "binary_data_size", "content_type", "headers", "priority", "timeout"];

    /// <summary>Reads them: each has the name of an option of <c>saliency.v1.ExplanationOptions</c>, with hyphens or underscores.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2641: an option that there is not, or a value that it cannot have.</exception>
    public static InferenceParameters Read(IEnumerable<KeyValuePair<string, JsonNode?>> parameters)
    {
        var fields = new JsonObject();
        var pool = "";
        foreach (var (name, value) in parameters)
        {
            var field = name.Replace('-', '_');
            if (NotOurs.Contains(field)) continue;
            if (field == "pool") pool = Text(value, name);
            else if (ExplanationOptions.Descriptor.FindFieldByName(field) is not { } known)
                throw InferenceErrors.Parameter($"There is no parameter '{Echo.Of(name)}'.",
                    $"{Suggestion.For(field, ExplanationOptions.Descriptor.Fields.InFieldNumberOrder().Select(f => f.Name))}"
                    + "Parameters are the options of explanations: saliency methods, or GET /v1/methods");
            else fields[field] = known.IsRepeated && value is JsonValue
                ? new JsonArray([.. Text(value, name).Split(',').Select(v => (JsonNode)v.Trim())]) : Value(known, value, name);
        }
        if (fields.ContainsKey("method")) return new(Parse(fields), pool);
        return fields.Count == 0 ? new(null, pool) : throw InferenceErrors.Parameter(
            $"Parameter '{fields.First().Key}' is an option of explanations, but no method is named.",
                "Add the parameter 'method', such as integrated-gradients.");
    }

    // Clients have no number type for some fields, and text for others.
    private static JsonNode? Value(Google.Protobuf.Reflection.FieldDescriptor field, JsonNode? value, string name) =>
        field.FieldType == Google.Protobuf.Reflection.FieldType.String ? Text(value, name)
        : field.FieldType == Google.Protobuf.Reflection.FieldType.Bool && value is JsonValue v && v.TryGetValue<string>(out var text)
            && bool.TryParse(text, out var flag) ? flag
        : value?.DeepClone();

    private static string Text(JsonNode? value, string name) => value switch
    {
        JsonValue v when v.TryGetValue<string>(out var text) => text,
        JsonValue v => v.ToJsonString(),
        JsonArray list when list.All(e => e is JsonValue) => string.Join(',', list.Select(e => Text(e, name))),
        _ => throw InferenceErrors.Parameter($"Parameter '{Echo.Of(name)}' is no text or number.", "Give a text, a number, true or false."),
    };

    private static ExplanationOptions Parse(JsonObject fields)
    {
        foreach (var (name, value) in fields)
        {
            try
            {
                JsonParser.Default.Parse<ExplanationOptions>(new JsonObject { [name] = value?.DeepClone() }.ToJsonString());
            }
            catch (Exception error) when (error is InvalidProtocolBufferException or FormatException or OverflowException)
            {
                throw InferenceErrors.Parameter(
                    string.Create(CultureInfo.InvariantCulture,
                        $"Parameter '{name}' is '{Echo.Of(value?.ToJsonString() ?? "null")}', which it cannot be."),
                    "See the option's values: saliency methods, or GET /v1/methods");
            }
        }
        return JsonParser.Default.Parse<ExplanationOptions>(fields.ToJsonString());
    }
}
