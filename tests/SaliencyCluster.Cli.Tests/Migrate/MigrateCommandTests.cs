using System.Text.Json.Nodes;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Migrate;

public sealed class MigrateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-migrate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{ "sampledShapleyAttribution": { "pathCount": 4 } }""", "--method shapley --samples 4")]
    [InlineData("""{ "integratedGradientsAttribution": { "stepCount": 7 } }""", "--method integrated-gradients --steps 7")]
    [InlineData("""{ "xraiAttribution": { "stepCount": 7 } }""", "--method xrai --steps 7")]
    [InlineData("""{ "integratedGradientsAttribution": { "stepCount": 7, "blurBaselineConfig": { "maxBlurSigma": 5.5 } } }""",
        "--method blur-integrated-gradients --steps 7 --baseline blur:5.5")]
    [InlineData("""{ "xraiAttribution": { "stepCount": 7, "blurBaselineConfig": { "maxBlurSigma": 5 } } }""",
        "--method xrai --steps 7 --baseline blur:5")]
    [InlineData("""{ "integrated_gradients_attribution": { "step_count": 7, "smooth_grad_config": { "noise_sigma": 0.1, "noisy_sample_count": 2 } } }""",
        "--method integrated-gradients --steps 7 --smooth smoothgrad --samples 2 --stdev 0.1 --stdev-kind absolute")]
    [InlineData("""{ "xraiAttribution": { "stepCount": 7, "smoothGradConfig": { "featureNoiseSigma": { "noiseSigma": [ { "name": "image", "sigma": 0.2 } ] } } } }""",
        "--method xrai --steps 7 --smooth smoothgrad --samples 3 --stdev 0.2 --stdev-kind absolute")]
    [InlineData("""{ "topK": 1, "integratedGradientsAttribution": { "stepCount": 7 }, "outputIndices": [3] }""",
        "--method integrated-gradients --steps 7 --target 3")]
    public async Task What_a_Vertex_spec_asks_for_is_an_explanation_that_runs(string parameters, string options)
    {
        var run = await MigrateAsync($$"""{ "parameters": {{parameters}} }""");
        var explanation = Assert.Single(run["explanations"]!.AsArray())!;
        Assert.Equal(options, Options(explanation));
        Assert.DoesNotContain("not known", run["fields"]!.ToJsonString(), StringComparison.Ordinal);
        await RunsAsync(explanation);
    }

    [Fact]
    public async Task Several_classes_are_several_commands()
    {
        var run = await MigrateAsync("""{ "parameters": { "outputIndices": [3, 5], "xraiAttribution": { "stepCount": 9 } } }""");
        Assert.Equal(
            ["--method xrai --steps 9 --target 3", "--method xrai --steps 9 --target 5"],
            run["explanations"]!.AsArray().Select(e => Options(e!)));
    }

    [Theory]
    [InlineData("""{ "name": "projects/p/models/m", "explanationSpec": SPEC }""")]
    [InlineData("""{ "deployedModels": [ { "id": "1" }, { "id": "2", "explanation_spec": SPEC } ] }""")]
    [InlineData("""{ "explanationSpecOverride": SPEC }""")]
    public async Task A_spec_is_found_in_what_holds_it(string file)
    {
        const string Spec = """{ "parameters": { "xraiAttribution": { "stepCount": 9 } } }""";
        Assert.Equal("--method xrai --steps 9", Options((await MigrateAsync(file.Replace("SPEC", Spec, StringComparison.Ordinal)))["explanations"]![0]!));
    }

    [Theory]
    [InlineData("[0]", "zeros")]
    [InlineData("[0.0, 1]", "zeros,ones")]
    [InlineData("[0.5]", null)]
    [InlineData("[[0, 0], [0, 0]]", null)]
    public async Task Baselines_become_those_that_are_named_here(string baselines, string? named)
    {
        var run = await MigrateAsync($$"""
            { "parameters": { "integratedGradientsAttribution": { "stepCount": 9 } },
              "metadata": { "inputs": { "image": { "inputBaselines": {{baselines}}, "modality": "image" } }, "outputs": {} } }
            """);
        Assert.Equal(named, (string?)run["explanations"]![0]!["options"]!["baseline"]);
        var field = run["fields"]!.AsArray().Single(f => (string?)f!["path"] == "metadata.inputs.image.inputBaselines")!;
        Assert.Equal(named is null ? null : $"--baseline {named}", (string?)field["becomes"]);
        Assert.Contains(named is null ? ".npy" : "prepared image", (string?)field["note"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_alone_is_read_and_its_class_names_are_written()
    {
        var labels = Path.Combine(_folder, "labels.txt");
        var run = await MigrateAsync("""
            { "inputs": { "x": { "inputTensorName": "x:0" } }, "framework": "Tensorflow",
              "outputs": { "scores": { "outputTensorName": "y:0", "indexDisplayNameMapping": ["cat", "dog\u001b[2J"] } } }
            """, "--labels-out", labels);
        Assert.Equal(["cat", "dog [2J"], await File.ReadAllLinesAsync(labels, TestContext.Current.CancellationToken));
        var chosen = run["fields"]!.AsArray().Single(f => (string?)f!["path"] == "parameters")!;
        Assert.Equal(("--method integrated-gradients", "the file names none; this is the default here"), ((string?)chosen["becomes"], (string?)chosen["note"]));
        Assert.EndsWith($"--labels {labels}", string.Join(' ', run["explanations"]![0]!["command"]!.AsArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Clarify_analysis_of_classes_runs_as_kernel_shap()
    {
        var run = await MigrateAsync("""
            {
              "dataset_type": "application/x-image",
              "methods": {
                "shap": { "num_samples": 40, "seed": 3, "use_logit": true, "image_config": { "model_type": "IMAGE_CLASSIFICATION", "num_segments": 12, "segment_compactness": 10 } },
                "report": { "name": "report" }
              },
              "predictor": { "model_name": "cv_model", "initial_instance_count": 1, "instance_type": "ml.p2.xlarge", "label_headers": ["bird", "cat"] }
            }
            """);
        var explanation = Assert.Single(run["explanations"]!.AsArray())!;
        Assert.Equal("--method kernel-shap --samples 40 --seed 3 --score logit --segments slic:12", Options(explanation));
        Assert.Equal("saliency explain --model cv_model --input IMAGES", string.Join(' ', explanation["command"]!.AsArray().Take(6)));
        Assert.Equal(["bird", "cat"], run["labels"]!.AsArray().Select(l => (string?)l));
        await RunsAsync(explanation);
    }

    [Fact]
    public async Task A_Clarify_analysis_of_detections_is_a_command_for_each_object()
    {
        var run = await MigrateAsync("""
            {
              "dataset_type": "application/x-image", "probability_threshold": 0.5,
              "methods": { "shap": { "image_config": { "model_type": "OBJECT_DETECTION", "max_objects": 2, "context": 1.0, "iou_threshold": 0.5 } } }
            }
            """);
        Assert.Equal(
            ["--method kernel-shap --segments slic:20 --score-threshold 0.5 --detection 1", "--method kernel-shap --segments slic:20 --score-threshold 0.5 --detection 2"],
            run["explanations"]!.AsArray().Select(e => Options(e!)));
    }

    [Fact]
    public async Task Every_field_of_a_file_is_told_and_an_unknown_one_is_called_so()
    {
        var file = await FileAsync("""
            { "parameters": { "xraiAttribution": { "stepCount": 9, "speed": "fast\u001b[2J" }, "examples": { "neighborCount": 10 } }, "surprise": null }
            """);
        var run = await Run.Of("migrate", file);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("  saliency explain --model MODEL.onnx --input IMAGES --method xrai --steps 9\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
        foreach (var (field, note) in ((string, string)[])[("parameters.xraiAttribution.speed", "not known here: left out"),
            ("parameters.examples", "by similar examples"), ("surprise", "not known here: left out")])
            Assert.Contains(note, run.Out.Split('\n').Single(line => line.TrimStart().StartsWith(field + " ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("[]", "is neither")]
    [InlineData("""{ "parameters": { "topK": 3 } }""", "is neither")]
    [InlineData("""{ "dataset_type": "text/csv", "methods": { "shap": {} } }""", "only images are explained")]
    [InlineData("""{ "methods": { "pdp": {} } }""", "asks for no explanation")]
    public async Task Another_file_is_refused(string text, string what)
    {
        var run = await Run.Of("migrate", await FileAsync(text));
        Assert.Equal((1, ""), (run.Exit, run.Out));
        Assert.Contains("error SAL2534", run.Error, StringComparison.Ordinal);
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused() =>
        Assert.Contains("SAL2510", (await Run.Of("migrate", Path.Combine(_folder, "none.json"))).Error, StringComparison.Ordinal);

    private static string Options(JsonNode explanation) =>
        string.Join(' ', explanation["options"]!.AsObject().Select(o => $"--{o.Key} {o.Value}"));

    // What is printed is what a user runs, here in this process.
    private async Task RunsAsync(JsonNode explanation)
    {
        var options = explanation["options"]!.AsObject().SelectMany(o => (string[])[$"--{o.Key}", (string)o.Value!]);
        var digit = Path.Combine(Repo.Root, "samples", "images", "mnist", "digit-3.png");
        var run = await Run.Of(["explain", "--local", "--lanes", "1", "--no-picture", "--model", Repo.Model("mnist-cnn"), "--input", digit,
            "--out", Path.Combine(_folder, "out"), .. options]);
        Assert.True(run.Exit == 0, run.Error);
    }

    private async Task<JsonNode> MigrateAsync(string text, params string[] arguments)
    {
        var run = await Run.Of(["migrate", await FileAsync(text), "--json", .. arguments]);
        Assert.True(run.Exit == 0, run.Error);
        return JsonNode.Parse(run.Out)!;
    }

    private async Task<string> FileAsync(string text)
    {
        var path = Path.Combine(_folder, "file.json");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}
