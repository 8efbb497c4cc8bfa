using System.Text.Json;
using static SaliencyCluster.Cli.Commands.Migrate.ForeignObject;

namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary>An explanation spec of Vertex AI: of a model, an endpoint or a batch prediction, or a file of explanation metadata.</summary>
/// <remarks>Fields as in the resource <c>ExplanationSpec</c> of google.cloud.aiplatform.v1.</remarks>
internal sealed class VertexSpec
{
    private readonly List<MigratedField> _fields = [];
    private readonly MigratedOptions _options = new();
    private readonly List<string> _targets = [];
    private readonly List<string> _labels = [];
    private bool _isBlurred;

    /// <summary>Gets whether a file is of this kind.</summary>
    public static bool Is(JsonElement file) => Find(file) is not null;

    /// <summary>Reads one.</summary>
    public static Migration Read(JsonElement file)
    {
        var (spec, path) = Find(file)!.Value;
        var vertex = new VertexSpec();
        var root = new ForeignObject(spec, path, vertex._fields);
        if (root.Has("inputs") || root.Has("outputs")) vertex.ReadMetadata(root);
        else
        {
            vertex.ReadParameters(root.Object("parameters"));
            vertex.ReadMetadata(root.Object("metadata"));
            root.End();
        }
        if (vertex._options.Default("method", "integrated-gradients"))
            vertex._fields.Add(new("parameters", "no method", "--method integrated-gradients", "the file names none; this is the default here"));
        return new("Vertex AI explanation spec", null, vertex._options.Each("target", vertex._targets), vertex._labels, vertex._fields);
    }

    // The spec itself, or what holds it.
    private static (JsonElement Spec, string Path)? Find(JsonElement file, string path = "", int depth = 0)
    {
        if (file.ValueKind != JsonValueKind.Object || depth > 3) return null;
        foreach (var field in file.EnumerateObject())
        {
            if (Same(field.Name, "explanationSpec") || Same(field.Name, "explanationSpecOverride")) return (field.Value, Join(path, field.Name));
            if (!Same(field.Name, "deployedModels") || field.Value.ValueKind != JsonValueKind.Array) continue;
            foreach (var (i, model) in field.Value.EnumerateArray().Index())
                if (Find(model, Join(path, $"{field.Name}[{i}]"), depth + 1) is { } found) return found;
        }
        return HasMethod(file) || IsMetadata(file) ? (file, path) : null;
    }

    private static bool HasMethod(JsonElement file) => file.TryGetProperty("parameters", out var parameters)
        && parameters.ValueKind == JsonValueKind.Object
        && parameters.EnumerateObject().Any(field => Methods.Any(method => Same(field.Name, method)));

    private static bool IsMetadata(JsonElement file) =>
        file.TryGetProperty("inputs", out var inputs) && inputs.ValueKind == JsonValueKind.Object && file.TryGetProperty("outputs", out _);

    private static string[] Methods => ["sampledShapleyAttribution", "integratedGradientsAttribution", "xraiAttribution", "examples"];

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void ReadParameters(ForeignObject parameters)
    {
        if (parameters.Has("sampledShapleyAttribution"))
        {
            Add("method", "shapley");
            var shapley = parameters.Object("sampledShapleyAttribution");
            shapley.Take("pathCount", value => (Add("samples", Number(value)),
                "orders in which features are added; here they are segments of the picture (--segments), not elements of the tensor"));
            shapley.End();
        }
        if (parameters.Has("integratedGradientsAttribution"))
            ReadGradients("integrated-gradients", parameters.Object("integratedGradientsAttribution"));
        if (parameters.Has("xraiAttribution")) ReadGradients("xrai", parameters.Object("xraiAttribution"));
        parameters.Leave("examples", "explanations by similar examples are not computed here");
        parameters.Take("outputIndices", value =>
        {
            _targets.AddRange(Leaves(value).Select(Number));
            return (string.Join(", ", _targets.Select(t => $"--target {t}")), _targets.Count > 1 ? "a command each" : null);
        });
        parameters.Take("topK", value => Number(value) == "1" ? ("--target predicted", "the default")
            : (null, "a command explains one class: name others by --target"));
        parameters.End();
    }

    private void ReadGradients(string method, ForeignObject attribution)
    {
        _isBlurred = attribution.Has("blurBaselineConfig");
        Add("method", _isBlurred && method == "integrated-gradients" ? "blur-integrated-gradients" : method);
        attribution.Take("stepCount", value => (Add("steps", Number(value)), null));
        var blur = attribution.Object("blurBaselineConfig");
        blur.Take("maxBlurSigma", value => (Add("baseline", $"blur:{Number(value)}"),
            method == "xrai" ? "XRAI's path leads from the blurred picture in a straight line here" : null));
        blur.End();
        var noise = attribution.Object("smoothGradConfig");
        if (noise.Has("noiseSigma") || noise.Has("featureNoiseSigma") || noise.Has("noisySampleCount"))
        {
            Add("smooth", "smoothgrad");
            const string Where = "noise is added to the picture here, there to each point of the path";
            if (!noise.Has("noisySampleCount")) Add("samples", "3");
            noise.Take("noisySampleCount", value => (Add("samples", Number(value)), Where));
            noise.Take("noiseSigma", value => (Noise(Number(value)), "in units of the prepared image"));
            noise.Take("featureNoiseSigma", FeatureNoise);
        }
        noise.End();
        attribution.End();
    }

    private (string? Becomes, string? Note) FeatureNoise(JsonElement value)
    {
        var sigmas = Leaves(value).Where(leaf => leaf.ValueKind == JsonValueKind.Number).Select(Number).ToList();
        return sigmas.Count == 1 ? (Noise(sigmas[0]), "in units of the prepared image")
            : (null, "noise is added to the image alone: give its standard deviation by --stdev S --stdev-kind absolute");
    }

    private string Noise(string sigma)
    {
        var becomes = Add("stdev", sigma);
        return $"{becomes} {Add("stdev-kind", "absolute")}";
    }

    private void ReadMetadata(ForeignObject metadata)
    {
        foreach (var (name, input) in metadata.Object("inputs").Entries()) ReadInput(name, input);
        foreach (var (name, output) in metadata.Object("outputs").Entries()) ReadOutput(name, output);
        metadata.Leave("featureAttributionsSchemaUri", "result.json is described in docs/tutorial.md");
        metadata.Leave("latentSpaceSource", "explanations by similar examples are not computed here");
        metadata.Leave("framework", "the model is ONNX here, whatever it was trained in");
        metadata.End();
    }

    private void ReadInput(string name, ForeignObject input)
    {
        input.Take("inputBaselines", Baselines);
        input.Take("inputTensorName", _ =>
            (null, "the image input is found in the ONNX graph (`saliency models show`); others take --input-value"));
        input.Take("modality", value => (null, Is(value, "image") ? "images are what is explained here"
            : $"input '{name}' is no image: it stays constant (--input-value)"));
        input.Take("encoding", value => (null, Is(value, "IDENTITY") || Is(value, "ENCODING_UNSPECIFIED") ? "as here"
            : "only inputs that hold the image itself are explained"));
        input.Leave("featureValueDomain", "pictures are scaled by --scale, --mean and --std, or a --preset");
        input.Leave("visualization", "--clip, --opacity and --signed, or the colours of a page, draw maps here");
        foreach (var other in (string[])["indicesTensorName", "denseShapeTensorName", "indexFeatureMapping", "encodedTensorName",
            "encodedBaselines", "groupName"])
            input.Leave(other, "of inputs that are no images");
        input.End();
    }

    private void ReadOutput(string name, ForeignObject output)
    {
        output.Take("outputTensorName", _ => (null,
            $"the output that looks most like class scores is explained; name another of the ONNX graph by --output (there '{name}')"));
        output.Take("indexDisplayNameMapping", value =>
        {
            _labels.AddRange(Leaves(value).Select(leaf => leaf.ToString()));
            return MigratedOptions.Labels;
        });
        output.Leave("displayNameMappingKey", "class names come from a file (--labels)");
        output.End();
    }

    private (string? Becomes, string? Note) Baselines(JsonElement value)
    {
        if (_isBlurred) return (null, "the blurred picture is the baseline");
        // A tensor is known from a number by being an array within the array of baselines.
        var each = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value];
        var names = each.ConvertAll(baseline => baseline.ValueKind == JsonValueKind.Number
            ? baseline.GetDouble() switch { 0 => "zeros", 1 => "ones", _ => null } : null);
        if (names.Count == 0) return (null, null);
        if (names.Contains(null)) return (null, "write other values as .npy files and name them by --baseline, separated by commas");
        return (Add("baseline", string.Join(',', names)), "in the range of the prepared image");
    }

    private string Add(string option, string value) => _options.Add(option, value);

    private static bool Is(JsonElement value, string text) => text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<JsonElement> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Leaves(property.Value)),
        _ => [value],
    };
}
