using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace SaliencyCluster.Gateway.OpenApi;

/// <summary>The JSON form of protobuf messages (proto3 JSON mapping) as schemas; each message is described once.</summary>
internal sealed class OpenApiSchemas
{
    /// <summary>Gets every schema that something refers to.</summary>
    public JsonObject All { get; } = [];

    /// <summary>Describes a message.</summary>
    public JsonNode Of(MessageDescriptor message)
    {
        if (message.FullName == "google.protobuf.Timestamp") return Typed("string", "date-time");
        if (!All.ContainsKey(message.Name))
        {
            var properties = new JsonObject();
            All[message.Name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
            foreach (var field in message.Fields.InDeclarationOrder()) properties[field.JsonName] = Of(field);
        }
        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" };
    }

    /// <summary>Describes a field.</summary>
    public JsonNode Of(FieldDescriptor field) =>
        field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Single(field) } : Single(field);

    /// <summary>Describes an error.</summary>
    public static JsonObject Status() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["code"] = Typed("integer", "int32"),
            ["message"] = Typed("string", null),
            ["details"] = new JsonObject { ["type"] = "array", ["items"] = Typed("object", null) },
        },
    };

    private JsonNode Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(v => JsonValue.Create(v.Name))]) },
        FieldType.Bool => Typed("boolean", null),
        FieldType.Double => Typed("number", "double"),
        FieldType.Int32 => Typed("integer", "int32"),
        FieldType.UInt32 => Typed("integer", "uint32"),
        // 64 bits do not fit a JSON number, so the mapping writes them as text.
        FieldType.Int64 => Typed("string", "int64"),
        FieldType.UInt64 => Typed("string", "uint64"),
        FieldType.Bytes => Typed("string", "byte"),
        _ => Typed("string", null),
    };

    private static JsonObject Typed(string type, string? format) =>
        format is null ? new() { ["type"] = type } : new() { ["type"] = type, ["format"] = format };
}
