using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Exported explanations, run by plain ONNX Runtime, give the bytes that <c>explain --local</c> writes.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-export").FullName;

    // Ours comes first: ONNX Runtime has one environment per process, and the first session makes it.
    public ExportTests() => Assert.NotEmpty(OnnxRuntimeEngine.Version);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bears-clean", "gradient")]
    [InlineData("bears-clean", "gradient-times-input", "--target", "3")]
    [InlineData("bears-clean", "integrated-gradients", "--steps", "37", "--micro-batch", "4", "--shard-points",
        "8")] // a last batch of one, five shards
    [InlineData("bears-clean", "integrated-gradients", "--steps", "10", "--rule", "riemann_trapezoid", "--baseline", "ones")]
    [InlineData("bears-clean", "smoothgrad", "--samples", "21", "--micro-batch", "4", "--seed", "7")]
    [InlineData("bears-clean", "smoothgrad", "--samples", "5", "--stdev", "0.3", "--stdev-kind", "absolute")]
    [InlineData("mnist-cnn", "integrated-gradients", "--score", "probability")]
    [InlineData("resnet18", "integrated-gradients", "--target", "3")]
    [InlineData("resnet18", "smoothgrad", "--target", "3")]
    [InlineData("resnet18-unfolded", "integrated-gradients", "--target", "3", "--steps", "8")]
    public async Task An_exported_graph_gives_the_bytes_of_a_local_run(string name, string method, params string[] more)
    {
        var (model, image) = await ModelAndImageAsync(name);
        var explained = await Run.Of(
            ["explain", "--local", "--model", model, "--input", image, "--method", method, "--out", _folder, "--no-picture", "--json",
            .. more]);
        Assert.True(explained.Exit == 0, explained.Error);
        var exported = await Run.Of(
            ["export", "--model", model, "--method", method, "--out", Path.Combine(_folder, "explain.onnx"), "--json", .. more]);
        Assert.True(exported.Exit == 0, exported.Error);

        using var session = Session("explain.onnx");
        var started = Stopwatch.GetTimestamp();
        var (map, score) = Evaluate(session, NpyFile.ReadFile(image));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.Equal(NpyFile.ReadFile(Path.Combine(_folder, "image", method + ".npy")).Data, map);
        using var result = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder, "image", "result.json"), TestContext.Current.CancellationToken));
        Assert.Equal(result.RootElement.GetProperty("score").GetSingle(), score);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"{name} {method}: {new FileInfo(Path.Combine(_folder, "explain.onnx")).Length / 1e6:F1} MB, model "
                + $"{new FileInfo(model).Length / 1e6:F1} MB; graph {seconds:F2} s, explain "
                + $"{result.RootElement.GetProperty("seconds").GetDouble():F2} s"));
    }

    [Fact]
    public async Task The_target_is_an_input_that_may_be_left_out_and_predicts_where_none_is_given()
    {
        var (model, image) = await ModelAndImageAsync("bears-clean");
        foreach (var target in (string[])["predicted", "5"])
            Assert.Equal(0, (await Run.Of(
                ["explain", "--local", "--model", model, "--input", image, "--method", "gradient", "--target", target, "--out",
                Path.Combine(_folder, target)])).Exit);
        Assert.Equal(0, (await Run.Of(
            ["export", "--model", model, "--method", "gradient", "--out", Path.Combine(_folder, "explain.onnx")])).Exit);
        using var session = Session("explain.onnx");
        Assert.Equal(["target"], session.OverridableInitializerMetadata.Keys);
        using var five = OrtValue.CreateTensorValueFromMemory([5L], [1]);
        var pixels = NpyFile.ReadFile(image);
        Assert.Equal(Map("predicted"), Evaluate(session, pixels).Map);
        Assert.Equal(Map("5"), Evaluate(session, pixels, ("target", five)).Map);

        float[] Map(string target) => NpyFile.ReadFile(Path.Combine(_folder, target, "image", "gradient.npy")).Data;
    }

    [Fact]
    public async Task A_model_with_channels_last_takes_and_gives_its_own_layout()
    {
        // The score is the sum of i times input i in the file's own order, so that is the gradient.
        var weights = Enumerable.Range(1, 24).Select(i => (float)i).ToArray();
        var (model, image) = (Path.Combine(_folder, "nhwc.onnx"), Path.Combine(_folder, "image.npy"));
        await File.WriteAllBytesAsync(model, new ModelBuilder().Input("x", -1, 2, 4, 3).Weight("w", [24, 1], weights).Longs("row", -1, 24)
            .Node("Reshape", "x row", "r").Node("MatMul", "r w", "y").Output("y", -1, 1).ToBytes(), TestContext.Current.CancellationToken);
        var pixels = new Tensor([2, 4, 3], [.. weights.Reverse()]);
        await File.WriteAllBytesAsync(image, NpyFile.Write(pixels), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Run.Of(
            ["export", "--model", model, "--layout", "nhwc", "--method", "gradient-times-input", "--target", "0", "--out",
            Path.Combine(_folder, "explain.onnx")])).Exit);
        using var session = Session("explain.onnx");
        Assert.Equal([1, 2, 4, 3], session.InputMetadata["image"].Dimensions);
        Assert.Equal(weights.Zip(weights.Reverse(), (a, b) => a * b), Evaluate(session, pixels).Map);
    }

    [Fact]
    public async Task The_file_says_what_it_is()
    {
        var (model, _) = await ModelAndImageAsync("mnist-cnn");
        Assert.Equal(0, (await Run.Of(
            ["export", "--model", model, "--method", "integrated-gradients", "--steps", "9", "--target", "7", "--license", "CC-BY-4.0",
            "--mean", "0.1", "--resize", "crop", "--short-side", "32",
            "--out", Path.Combine(_folder, "explain.onnx")])).Exit);
        using var session = Session("explain.onnx");
        var said = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(("integrated-gradients", "7", "CC-BY-4.0", "nchw"),
            (said["saliency.method"], said["saliency.target"], said["license"], said["saliency.layout"]));
        Assert.Equal(Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken))),
            said["saliency.model_sha256"]);
        Assert.Contains("\"steps\":9", said["saliency.parameters"], StringComparison.Ordinal);
        Assert.Contains("\"mean\":[0.1]", said["saliency.preprocessing"], StringComparison.Ordinal);
        Assert.Contains("\"resize\":\"crop\"", said["saliency.preprocessing"], StringComparison.Ordinal);
        Assert.Contains("\"shortSide\":32", said["saliency.preprocessing"], StringComparison.Ordinal);
        Assert.Equal(["map", "score", "baseline_score", "target_used"],
            session.OutputMetadata.Keys.OrderBy(k => Array.IndexOf(["map", "score", "baseline_score", "target_used"], k)));
    }

    [Theory]
    [InlineData("Use gradient, gradient-times-input", "xrai")]
    [InlineData("decided while it runs", "integrated-gradients", "--tolerance", "0.1")]
    [InlineData("there are several baselines", "integrated-gradients", "--baseline", "zeros,ones")]
    [InlineData("made from the image", "integrated-gradients", "--baseline", "blur")]
    [InlineData("groups samples", "smoothgrad", "--sampling", "antithetic", "--samples", "4")]
    [InlineData("larger `--micro-batch`", "integrated-gradients", "--steps", "300", "--micro-batch", "1")]
    public async Task What_has_no_such_form_is_refused(string says, string method, params string[] more)
    {
        var run = await Run.Of(
            ["export", "--model", Repo.Model("mnist-cnn"), "--method", method, "--out", Path.Combine(_folder, "explain.onnx"), .. more]);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2060", run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "explain.onnx")));
    }

    private async Task<(string Model, string Image)> ModelAndImageAsync(string name)
    {
        var (model, image) = (Path.Combine(_folder, name + ".onnx"), Path.Combine(_folder, "image.npy"));
        if (File.Exists(Repo.Model(name)))
        {
            File.Copy(Repo.Model(name), model);
            File.Copy(Directory.EnumerateFiles(Repo.Golden("inputs", name), "*.npy").Order(StringComparer.Ordinal).First(), image);
            return (model, image);
        }
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        File.Copy(zoo.OnnxFile, model);
        await File.WriteAllBytesAsync(
            image, NpyFile.Write(new([.. zoo.Image.Select(d => (int)d)], Array.ConvertAll(zoo.Pixels(), v => (float)v))),
            TestContext.Current.CancellationToken);
        return (model, image);
    }

    // One thread, as a lane has: more threads may sum in another order.
    private InferenceSession Session(string file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(Path.Combine(_folder, file), options);
    }

    private static (float[] Map, float Score) Evaluate(InferenceSession session, Tensor image, params (string Name, OrtValue Value)[] more)
    {
        var shape = session.InputMetadata["image"].Dimensions.Select(d => (long)d).ToArray();
        using var value = OrtValue.CreateTensorValueFromMemory(image.Data, shape);
        var inputs = more.ToDictionary(m => m.Name, m => m.Value);
        inputs["image"] = value;
        using var run = new RunOptions();
        using var outputs = session.Run(run, inputs, ["map", "score"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>()[0]);
    }
}
