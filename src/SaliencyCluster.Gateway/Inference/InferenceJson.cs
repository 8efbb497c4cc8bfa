using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Inference.Protocol;
using InferInput = SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types.InferInputTensor;
using InferRequested = SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types.InferRequestedOutputTensor;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>The JSON form of the Open Inference Protocol, with tensors in JSON or as bytes behind it.</summary>
internal static class InferenceJson
{
    private const string Binary = "binary_data", BinarySize = "binary_data_size", AllBinary = "binary_data_output";

    /// <summary>Reads a request; its tensors become bytes.</summary>
    /// <param name="body">The JSON, and the bytes behind it.</param>
    /// <param name="length">Length of the JSON.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2640, SAL2641.</exception>
    public static ModelInferRequest Read(ReadOnlyMemory<byte> body, int length)
    {
        using var document = Parse(body[..length]);
        var root = document.RootElement;
        var rest = body[length..];
        var request = new ModelInferRequest { Id = Text(root, "id") ?? "" };
        foreach (var (name, value) in Members(root, "parameters")) request.Parameters[name] = Parameter(value);
        foreach (var input in Elements(root, "inputs"))
        {
            var read = new InferInput { Name = Text(input, "name") ?? "", Datatype = Text(input, "datatype") ?? "" };
            read.Shape.AddRange(Elements(input, "shape")
                .Select(d => d.ValueKind == JsonValueKind.Number && d.TryGetInt64(out var size) ? size : -1));
            var size = Members(input, "parameters").Where(p => p.Name == BinarySize).Select(p => (JsonElement?)p.Value).FirstOrDefault();
            request.RawInputContents.Add(size is { } bytes ? Behind(ref rest, bytes, read.Name) : Data(input, read));
            request.Inputs.Add(read);
        }
        if (!rest.IsEmpty) throw InferenceErrors.Input($"{rest.Length} bytes stand behind the JSON that no input names.",
            $"Give inputs their '{BinarySize}'.");
        foreach (var output in Elements(root, "outputs"))
        {
            var read = new InferRequested { Name = Text(output, "name") ?? "" };
            foreach (var (name, value) in Members(output, "parameters")) read.Parameters[name] = Parameter(value);
            request.Outputs.Add(read);
        }
        return request;
    }

    /// <summary>Parses JSON.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2640.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw InferenceErrors.Input("The request is no JSON object.", "See docs/inference.md for examples.");
        }
        catch (JsonException error)
        {
            throw InferenceErrors.Input($"The request is no JSON: {Echo.Of(error.Message)}", "See docs/inference.md for examples.");
        }
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="response">The answer; its tensors are bytes.</param>
    /// <param name="request">What was asked, which says what goes as bytes.</param>
    /// <returns>The JSON, and the tensors that go behind it.</returns>
    public static (byte[] Json, IReadOnlyList<ByteString> Behind) Write(ModelInferResponse response, ModelInferRequest request)
    {
        var all = request.Parameters.TryGetValue(AllBinary, out var asked) && asked.BoolParam;
        var behind = new List<ByteString>();
        using var stream = new MemoryStream();
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("model_name", response.ModelName);
        json.WriteString("model_version", response.ModelVersion);
        if (response.Id.Length > 0) json.WriteString("id", response.Id);
        json.WriteStartArray("outputs");
        foreach (var (output, data) in response.Outputs.Zip(response.RawOutputContents))
        {
            var isBinary = request.Outputs.FirstOrDefault(o => o.Name == output.Name)?.Parameters.GetValueOrDefault(Binary)?.BoolParam
                ?? all;
            json.WriteStartObject();
            json.WriteString("name", output.Name);
            json.WriteString("datatype", output.Datatype);
            json.WriteStartArray("shape");
            foreach (var size in output.Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            if (isBinary)
            {
                json.WriteStartObject("parameters");
                json.WriteNumber(BinarySize, data.Length);
                json.WriteEndObject();
                behind.Add(data);
            }
            else
            {
                json.WriteStartArray("data");
                WriteData(json, output.Datatype, data.Memory);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return (stream.ToArray(), behind);
    }

    /// <summary>Gets the numbers of nested lists in their order, as bytes.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2640: there is something else among them.</exception>
    public static byte[] Floats(JsonElement list, string what)
    {
        using var stream = new MemoryStream();
        Span<byte> element = stackalloc byte[sizeof(float)];
        Append(list, element);
        return stream.ToArray();

        void Append(JsonElement value, Span<byte> bytes)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (var inner in value.EnumerateArray()) Append(inner, bytes);
                return;
            }
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetSingle(out var number))
                throw InferenceErrors.Input($"{what} holds {Echo.Of(value.GetRawText())}, which is no number.", "Send lists of numbers.");
            BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
            stream.Write(bytes);
        }
    }

    private static ByteString Data(JsonElement input, InferInput read)
    {
        if (!input.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw InferenceErrors.Input($"The input '{Echo.Of(read.Name)}' has no data.",
                $"Give it a list 'data', or bytes behind the JSON and their '{BinarySize}'.");
        if (read.Datatype != "BYTES")
        {
            // Numbers in JSON have no width of their own.
            if (read.Datatype is "FP64" or "FP16") read.Datatype = "FP32";
            return UnsafeByteOperations.UnsafeWrap(Floats(data, $"The input '{Echo.Of(read.Name)}'"));
        }
        return ByteElements.Join(data.EnumerateArray().Select(Picture));
    }

    /// <summary>Gets the bytes of a picture's file.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2640: it is not in base64.</exception>
    public static byte[] Picture(JsonElement text) =>
        text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out var bytes) ? bytes
        : throw InferenceErrors.Input("A picture is not in base64.", "Send the file's bytes in base64.");

    private static ByteString Behind(ref ReadOnlyMemory<byte> rest, JsonElement size, string name)
    {
        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var bytes) || bytes < 0 || bytes > rest.Length)
            throw InferenceErrors.Input($"The input '{Echo.Of(name)}' says that it has {Echo.Of(size.GetRawText())} bytes behind the JSON, "
                + $"where {rest.Length} are left.", "Send as many as it says.");
        var data = UnsafeByteOperations.UnsafeWrap(rest[..bytes]);
        rest = rest[bytes..];
        return data;
    }

    private static void WriteData(Utf8JsonWriter json, string datatype, ReadOnlyMemory<byte> data)
    {
        switch (datatype)
        {
            case "FP32":
                foreach (var number in MemoryMarshal.Cast<byte, float>(data.Span)) json.WriteNumberValue(Finite(number));
                break;
            case "FP64":
                foreach (var number in MemoryMarshal.Cast<byte, double>(data.Span)) json.WriteNumberValue(Finite(number));
                break;
            default:
                foreach (var text in ByteElements.Split(data, int.MaxValue)!) json.WriteStringValue(text.Span);
                break;
        }
    }

    /// <summary>Gets a number of an answer that is written as JSON, which has no NaN and no infinity.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2642.</exception>
    public static T Finite<T>(T number) where T : IFloatingPoint<T> => T.IsFinite(number) ? number : throw InferenceErrors.NotFinite();

    private static InferParameter Parameter(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => new() { BoolParam = value.GetBoolean() },
        JsonValueKind.Number => value.TryGetInt64(out var number) ? new() { Int64Param = number }
            : new() { DoubleParam = value.GetDouble() },
        JsonValueKind.String => new() { StringParam = value.GetString() },
        JsonValueKind.Array when value.EnumerateArray().All(e => e.ValueKind is JsonValueKind.Number or JsonValueKind.String) =>
            new() { StringParam = string.Join(',', value.EnumerateArray().Select(e => e.ToString())) },
        _ => throw InferenceErrors.Parameter($"A parameter is {Echo.Of(value.GetRawText())}.", "Give a text, a number, true or false."),
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static IEnumerable<JsonElement> Elements(JsonElement element, string name) =>
        Of(element, name, JsonValueKind.Array) is { } list ? list.EnumerateArray() : [];

    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement element, string name) =>
        Of(element, name, JsonValueKind.Object) is { } members ? members.EnumerateObject().Select(m => (m.Name, m.Value)) : [];

    private static JsonElement? Of(JsonElement element, string name, JsonValueKind kind)
    {
        if (element.ValueKind != JsonValueKind.Object) throw InferenceErrors.Input($"Something that holds '{name}' is no JSON object.",
            "See docs/inference.md for examples.");
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value
            : throw InferenceErrors.Input($"'{name}' is {Echo.Of(value.GetRawText())}.",
                $"It must be {(kind == JsonValueKind.Array ? "a list" : "an object")}.");
    }
}
