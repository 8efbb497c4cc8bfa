using System.Globalization;
using System.Text.Json;
using SaliencyCluster.Onnx;
using static SaliencyCluster.Cli.Commands.Migrate.ForeignObject;

namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary>An analysis configuration of SageMaker Clarify for images.</summary>
internal sealed class ClarifyConfig
{
    private const string OfContainer = "the ONNX file says what goes in and comes out";

    private readonly List<MigratedField> _fields = [];
    private readonly MigratedOptions _options = new();
    private readonly List<string> _labels = [];
    private string? _model;
    private int _objects;

    /// <summary>Gets whether a file is of this kind.</summary>
    public static bool Is(JsonElement file) => file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty("methods", out var methods) && methods.ValueKind == JsonValueKind.Object;

    /// <summary>Reads one.</summary>
    /// <exception cref="SaliencyException">SAL2534: it is not about images, or asks for no explanation.</exception>
    public static Migration Read(JsonElement file)
    {
        if (file.TryGetProperty("dataset_type", out var type) && type.ToString() != "application/x-image")
            throw new SaliencyException("SAL2534", $"The analysis is of '{type}'; only images are explained here.",
                "Give a configuration whose dataset_type is application/x-image.");
        if (!file.GetProperty("methods").TryGetProperty("shap", out _))
            throw new SaliencyException("SAL2534", "The analysis asks for no explanation: its methods have no 'shap'.",
                "Measures of bias in tables have no counterpart here.");
        var clarify = new ClarifyConfig();
        var root = new ForeignObject(file, "", clarify._fields);
        clarify.Read(root);
        string[] objects = [.. Enumerable.Range(1, clarify._objects).Select(k => k.ToString(CultureInfo.InvariantCulture))];
        return new(
            "SageMaker Clarify analysis configuration", clarify._model, clarify._options.Each("detection", objects), clarify._labels,
            clarify._fields);
    }

    private void Read(ForeignObject root)
    {
        Add("method", "kernel-shap");
        root.Take("dataset_type", _ => (null, "images are what is explained here"));
        root.Take("dataset_uri", _ => ("--input DIR", "a folder of this host or its files; copy the bucket there first"));
        var methods = root.Object("methods");
        ReadShap(methods.Object("shap"));
        methods.Leave("report", "`saliency evaluate all` writes a report of how far maps can be trusted; `--montage` the pictures");
        foreach (var other in (string[])["pre_training_bias", "post_training_bias", "pdp", "asymmetric_shapley_value"])
            methods.Leave(other, "about tables: has no counterpart here");
        methods.End();
        root.Take("probability_threshold", value => _objects > 0 ? (Add("score-threshold", Number(value)), null)
            : (null, "the class with the highest score is explained; another one by --target"));
        root.Take("label_headers", Labels);
        var predictor = root.Object("predictor");
        predictor.Take("label_headers", Labels);
        predictor.Take("model_name", value =>
        {
            _model = value.ToString();
            return ($"--model {_model}", "the ONNX file, or the name under which it is added (`saliency models add`)");
        });
        predictor.Leave("instance_type", "workers compute: docs/operations/sizing.md");
        predictor.Leave("initial_instance_count", "the number of workers (`serve --workers`, or `worker.replicas` of the chart)");
        foreach (var field in (string[])["content_type", "accept_type", "label", "probability", "content_template", "custom_attributes",
            "endpoint_name", "endpoint_name_prefix", "accelerator_type", "target_model"])
            predictor.Leave(field, OfContainer);
        predictor.End();
        root.End();
    }

    private void ReadShap(ForeignObject shap)
    {
        shap.Take("num_samples", value => (Add("samples", Number(value)), null));
        shap.Take("seed", value => (Add("seed", Number(value)), "for the same masks again, not for the masks that were drawn there"));
        shap.Take("use_logit", value => value.ValueKind == JsonValueKind.True
            ? (Add("score", "logit"), "log-odds there, logits here")
            : (null, "logits are the default here; --score probability for a model that ends in Softmax or Sigmoid"));
        shap.Take("baseline", _ => (null, "what replaces absent segments: --baseline zeros (the default), mean, blur or a .npy file"));
        shap.Leave("agg_method", "each image has its own map; nothing is averaged over images");
        shap.Leave("save_local_shap_values", "the maps are always kept");
        foreach (var field in (string[])["num_clusters", "features_to_explain", "text_config"])
            shap.Leave(field, "about tables or text: has no counterpart here");
        var image = shap.Object("image_config");
        image.Take("model_type", value =>
        {
            if (value.ToString() != "OBJECT_DETECTION") return (null, null);
            _objects = 3;
            return ("--detection", "a command for each object, best first");
        });
        image.Take("max_objects", value =>
        {
            if (_objects > 0 && value.ValueKind == JsonValueKind.Number) _objects = (int)Math.Clamp(value.GetDouble(), 1, 100);
            return _objects > 0 ? ($"--detection 1 to {_objects}", null) : (null, "of detectors only");
        });
        if (!image.Has("num_segments")) Add("segments", "slic:20");
        image.Take("num_segments", value => (Add("segments", $"slic:{Number(value)}"), null));
        image.Leave("segment_compactness", "the compactness of slic is 10 here");
        image.Take("iou_threshold", value => (null,
            "kernel-shap explains the class score of the anchor that gave the box; d-rise weighs boxes by what they share"));
        image.Take("context", value => (null, Number(value) == "1" ? "the whole picture is masked, as here"
            : "the whole picture is masked here, also outside the box"));
        image.Leave("feature_extraction_method", "--segments");
        image.Leave("debug", "result.json has the points and the options of each map");
        image.End();
        shap.End();
    }

    private (string? Becomes, string? Note) Labels(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) _labels.AddRange(value.EnumerateArray().Select(label => label.ToString()));
        return MigratedOptions.Labels;
    }

    private string Add(string option, string value) => _options.Add(option, value);
}
