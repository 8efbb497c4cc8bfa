using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SaliencyCluster.Cli.Output;

/// <summary>One way to write JSON: camel case, indented, names of enums in lower case, NaN as a text.</summary>
internal static class JsonPrinter
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a value and a line break.</summary>
    public static void Print<T>(TextWriter writer, T value) => writer.WriteLine(Text(value));

    /// <summary>Gets a value as text.</summary>
    public static string Text<T>(T value) => value is JsonNode node ? node.ToJsonString(Options) : JsonSerializer.Serialize(value, Options);
}
