using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>
/// Instances in, predictions or explanations out: the first protocol of KServe, whose explanations are any JSON, and those of Vertex AI's
/// endpoints, whose form they get here.
/// </summary>
internal sealed class InstancesV1(InferenceRun run)
{
    private const string DefaultMethod = "integrated-gradients";

    // Of Vertex AI and TensorFlow Serving: which model of an endpoint, which of its functions.
    private static readonly string[] Ignored = ["deployedModelId", "signature_name"];

    /// <summary>What a request asks for.</summary>
    /// <param name="Parameters">Its parameters.</param>
    /// <param name="Images">Its instances.</param>
    public sealed record Asked(InferenceParameters Parameters, IReadOnlyList<Image> Images);

    /// <summary>Reads a request.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2640, SAL2641.</exception>
    public static Asked Read(ReadOnlyMemory<byte> body, ModelSummary model, bool explains)
    {
        using var document = InferenceJson.Parse(body);
        var root = document.RootElement;
        foreach (var field in root.EnumerateObject().Select(f => f.Name)
            .Where(f => f is not ("instances" or "parameters") && !Ignored.Contains(f)))
            throw InferenceErrors.Input($"The request has a field '{Echo.Of(field)}'.",
                field.Contains("xplanationSpec", StringComparison.Ordinal)
                ? "`saliency migrate` turns an explanation spec into options; give them in 'parameters'."
                    : "Send 'instances' and 'parameters'.");
        var parameters = InferenceParameters.Read(ParametersOf(root, explains));
        if (!explains && parameters.Explanation is not null)
            throw InferenceErrors.Parameter("A prediction has no method.", "Ask for an explanation with :explain instead of :predict.");
        if (!root.TryGetProperty("instances", out var instances) || instances.ValueKind != JsonValueKind.Array)
            throw InferenceErrors.Input("The request has no list of instances.",
                """Send {"instances": [...]} with an array or a picture for each.""");
        return new(parameters, [.. instances.EnumerateArray().Take(InferenceRun.MaxImages + 1)
            .Select((instance, i) => ImageOf(instance, i, model, 0))]);
    }

    /// <summary>Computes what was asked, and writes the answer.</summary>
    public async Task WriteAsync(
        Caller caller, ModelInfo model, Asked asked, Utf8JsonWriter json, CallRoom? room, CancellationToken cancellation)
    {
        var summary = model.Registration.Summary;
        var explained = asked.Parameters.Explanation;
        var outputs = InferenceCalls.Outputs(summary)
            .Where(o => explained is null || o.Name == (explained.HasOutput ? explained.Output : summary.Output)).ToList();
        ExplanationOptions[] questions = [.. explained is null ? Array.Empty<ExplanationOptions>()
            : [explained], .. outputs.Select(InferenceCalls.Question)];
        var answers = await run.RunAsync(caller, model.Label, asked.Parameters.Pool, questions, asked.Images, room, cancellation);
        json.WriteStartObject();
        if (explained is not null)
        {
            json.WriteStartArray("explanations");
            foreach (var answer in answers)
                Explain(json, answer[0], summary.Input, explained.HasOutput ? explained.Output : summary.Output);
            json.WriteEndArray();
        }
        json.WriteStartArray("predictions");
        foreach (var answer in answers) Predict(json, outputs, [.. answer.Skip(explained is null ? 0 : 1)]);
        json.WriteEndArray();
        json.WriteString("deployedModelId", model.Label);
        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> ParametersOf(JsonElement root, bool explains)
    {
        var given = root.TryGetProperty("parameters", out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.Object ? JsonObject.Create(value)!
                : throw InferenceErrors.Parameter("The parameters are no JSON object.", "Give options by their names.")
            : [];
        if (explains && !given.ContainsKey("method")) given["method"] = DefaultMethod;
        return given;
    }

    // An array of the prepared image, or {"b64": file}; either may stand alone in an object, as an input's name before it.
    private static Image ImageOf(JsonElement instance, int index, ModelSummary model, int depth)
    {
        var name = index.ToString(CultureInfo.InvariantCulture);
        if (instance.ValueKind == JsonValueKind.Array)
        {
            long[] shape = [.. Shape(instance)];
            if (!HasShape(instance, shape))
                throw InferenceErrors.Input($"Instance {index} has lists of different lengths.", "Send lists of one length at each depth.");
            return new() { Name = name, Format = ImageFormat.Tensor, Shape = { shape },
                Data = UnsafeByteOperations.UnsafeWrap(InferenceJson.Floats(instance, $"Instance {index}")) };
        }
        if (instance.ValueKind == JsonValueKind.Object && depth < 3 && instance.EnumerateObject().ToList() is [var only])
        {
            return only.Name == "b64"
                ? new() { Name = name, Format = ImageFormat.Encoded,
                    Data = UnsafeByteOperations.UnsafeWrap(InferenceJson.Picture(only.Value)) }
                : ImageOf(only.Value, index, model, depth + 1);
        }
        throw InferenceErrors.Input($"Instance {index} is no image.",
            $$"""Send an array of shape [{{string.Join(',', model.InputShape)}}], or {"b64": "..."} with the file of a picture, """
                + $$"""or either as {"{{model.Input}}": ...}.""");
    }

    // As its first elements have it.
    private static IEnumerable<long> Shape(JsonElement list)
    {
        for (; list.ValueKind == JsonValueKind.Array; list = list[0])
        {
            yield return list.GetArrayLength();
            if (list.GetArrayLength() == 0) yield break;
        }
    }

    private static bool HasShape(JsonElement value, ReadOnlySpan<long> shape)
    {
        if (shape.IsEmpty) return value.ValueKind != JsonValueKind.Array;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != shape[0]) return false;
        foreach (var inner in value.EnumerateArray())
            if (!HasShape(inner, shape[1..])) return false;
        return true;
    }

    private static void Explain(Utf8JsonWriter json, Answer answer, string input, string output)
    {
        var result = answer.Stored;
        json.WriteStartObject();
        json.WriteStartArray("attributions");
        json.WriteStartObject();
        if (result.BaselineScore is { } baseline) json.WriteNumber("baselineOutputValue", InferenceJson.Finite(baseline));
        json.WriteNumber("instanceOutputValue", InferenceJson.Finite(result.Score));
        json.WriteStartObject("featureAttributions");
        json.WritePropertyName(input);
        WriteArray(json, answer.Map.Shape, answer.Map.Data);
        json.WriteEndObject();
        json.WriteStartArray("outputIndex");
        foreach (var index in result.Target.Split(',').Select(i =>
            int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1)) json.WriteNumberValue(index);
        json.WriteEndArray();
        json.WriteString("outputDisplayName", result.Label ?? result.Target);
        if ((result.ConvergenceDelta is { } delta ? Math.Abs(delta) : result.StandardError
            ?? result.ErrorEstimate) is { } error) json.WriteNumber("approximationError", InferenceJson.Finite(error));
        json.WriteString("outputName", output);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Predict(Utf8JsonWriter json, IReadOnlyList<OutputSummary> outputs, IReadOnlyList<Answer> answers)
    {
        if (answers is [var one])
        {
            WriteArray(json, one.Map.Shape, one.Map.Data);
            return;
        }
        json.WriteStartObject();
        foreach (var (output, answer) in outputs.Zip(answers))
        {
            json.WritePropertyName(output.Name);
            WriteArray(json, answer.Map.Shape, answer.Map.Data);
        }
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<int> shape, ReadOnlySpan<float> data)
    {
        if (shape.IsEmpty)
        {
            json.WriteNumberValue(InferenceJson.Finite(data[0]));
            return;
        }
        json.WriteStartArray();
        var row = data.Length / shape[0];
        for (var i = 0; i < shape[0]; i++) WriteArray(json, shape[1..], data.Slice(i * row, row));
        json.WriteEndArray();
    }
}
