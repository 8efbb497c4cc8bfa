using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>What could be taken for something else is refused, or told.</summary>
public sealed class RefusalCaseTests : CaseFolder
{
    private static readonly string Labelled = Case("labels-blank-line", "lab.onnx"), Image = Case("labels-blank-line", "lab.npy");

    [Fact]
    public async Task Two_models_of_one_name_are_refused()
    {
        var run = await Run.Of(
            "explain", "--local", "--model", Case("same-stem-models", "a", "model.onnx"), "--model", Case("same-stem-models", "b", "model.onnx"),
            "--input", Case("same-stem-models", "lab.npy"), "--method", "gradient", "--target", "1", "--out", Out);
        Assert.Equal(1, run.Exit);
        Assert.Contains("SAL2513", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Out));
    }

    [Fact]
    public async Task A_blank_line_is_a_class_without_a_name()
    {
        var (_, result, _) = await Explain(Labelled, Image, $"--method gradient --target dog --labels {Case("labels-blank-line", "labels.txt")}");
        Assert.Equal(("3", "dog"), (result.GetProperty("target").GetString(), result.GetProperty("label").GetString()));
    }

    [Theory]
    [InlineData("background\nant\nbee\ncat\ndog\neel\n", "SAL2614", 3)]
    [InlineData("ant\nbee\n", "SAL2614", 3)]
    [InlineData("{\"labels\": [\"ant\"]}", "SAL2614", 3)]
    [InlineData("ant\ndog\ncat\ndog\neel\n", "SAL2014", 3)] // which dog?
    public async Task Labels_that_do_not_fit_are_refused(string labels, string code, int exit)
    {
        var file = Path.Combine(Out, "labels.txt");
        await File.WriteAllTextAsync(file, labels, TestContext.Current.CancellationToken);
        var run = await Refused(Labelled, Image, $"--method gradient --target dog --labels {file}");
        Assert.Equal(exit, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("integrated-gradients --steps 8 --baseline mean")]
    [InlineData("occlusion")]
    public async Task A_micro_batch_of_a_model_that_mixes_images_is_refused(string method)
    {
        var (model, image) = (Case("micro-batch-mixes-images", "mm.onnx"), Case("micro-batch-mixes-images", "mm.npy"));
        var run = await Refused(model, image, $"--method {method} --target 1 --micro-batch 8");
        Assert.Equal(3, run.Exit);
        Assert.Contains("SAL2034", run.Error, StringComparison.Ordinal);
        await Explain(model, image, $"--method {method} --target 1 --micro-batch 1");
    }

    [Fact]
    public async Task The_logit_before_a_sigmoid_is_explained_and_a_saturated_probability_is_told()
    {
        var (model, image) = (Case("score-logit-ignored", "sa.onnx"), Case("score-logit-ignored", "sa.npy"));
        var (map, result, _) = await Explain(model, image, "--method gradient --target 2 --score logit");
        Assert.Equal(1.709, Math.Sqrt(map.Data.Sum(v => (double)v * v)), 1e-3);
        Assert.Equal(19.913, result.GetProperty("score").GetDouble(), 1e-2);
        Assert.Contains("before Sigmoid", result.GetProperty("explained").GetString(), StringComparison.Ordinal);
        var (_, told, run) = await Explain(model, image, "--method gradient --target 2 --score probability");
        Assert.Contains("--score logit", told.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("--score logit", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logit_before_a_softmax_that_is_flattened_afterwards_is_explained()
    {
        var (model, image) = (Case("score-logit-ignored", "so_c.onnx"), Case("score-logit-ignored", "so.npy"));
        var (logit, result, _) = await Explain(model, image, "--method gradient --target 2");
        var (probability, other, _) = await Explain(model, image, "--method gradient --target 2 --score probability");
        Assert.NotEqual(logit.Data, probability.Data);
        Assert.InRange(other.GetProperty("score").GetDouble(), 0.5, 0.6);
        Assert.Contains("before Softmax", result.GetProperty("explained").GetString(), StringComparison.Ordinal);
        Assert.Contains("as it is", other.GetProperty("explained").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradient", 0)]
    [InlineData("integrated-gradients --steps 4 --baseline mean", 0)]
    [InlineData("integrated-gradients --steps 4 --baseline blur", 3)]
    [InlineData("occlusion", 3)]
    [InlineData("rise", 3)]
    [InlineData("xrai", 3)]
    [InlineData("sobel", 3)]
    public async Task A_vector_is_explained_or_refused(string method, int exit)
    {
        var file = Path.Combine(Out, "vector.onnx");
        await File.WriteAllBytesAsync(file, new ModelBuilder().Input("x", -1, 4).Weight("w", [4, 2], 1, 2, 3, 4, 5, 6, 7, 8).Node("MatMul", "x w", "y").Output("y", -1, 2).ToBytes(), TestContext.Current.CancellationToken);
        var image = Path.Combine(Out, "v.npy");
        await File.WriteAllBytesAsync(image, Imaging.NpyFile.Write(new([4], [1, -1, 2, 0.5f])), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Run.Of("models", "show", file)).Exit);
        var run = await Refused(file, image, $"--method {method} --target 1");
        Assert.True(run.Exit == exit, run.Error);
    }

    [Fact]
    public async Task One_unreadable_file_does_not_stop_the_others()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Out, "in")).FullName;
        File.Copy(Image, Path.Combine(folder, "a.npy"));
        File.Copy(Image, Path.Combine(folder, "d.npy"));
        File.CreateSymbolicLink(Path.Combine(folder, "b.npy"), Path.Combine(folder, "nowhere"));
        await File.WriteAllTextAsync(Path.Combine(folder, "c.npy"), "no array", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "e.heic"), [1], TestContext.Current.CancellationToken);
        var run = await Refused(Labelled, folder, "--method gradient --target 1", Path.Combine(Out, "o"));
        Assert.Equal(1, run.Exit);
        foreach (var text in (string[])["SAL2519", "SAL2110", "1 file was left out", "e.heic"]) Assert.Contains(
            text, run.Error, StringComparison.Ordinal);
        Assert.Equal(["a", "d"], Directory.EnumerateDirectories(Path.Combine(Out, "o")).Select(d => Path.GetFileName(d)).Order());
    }

    [Fact]
    public async Task A_name_that_means_another_folder_is_refused()
    {
        var file = Path.Combine(Out, "...npy");
        File.Copy(Image, file);
        var run = await Refused(Labelled, file, "--method gradient --target 1", Path.Combine(Out, "deep"));
        Assert.Equal(1, run.Exit);
        Assert.Contains("SAL2505", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_tool_beside_the_model_is_no_card()
    {
        var model = Path.Combine(Out, "m.onnx");
        File.Copy(Labelled, model);
        await File.WriteAllTextAsync(Path.Combine(Out, "m.json"), """{"class_name": "Functional", "config": {}}""", TestContext.Current.CancellationToken);
        await Explain(model, Image, "--method gradient --target 1");
        await File.WriteAllTextAsync(Path.Combine(Out, "m.json"), """{"labels": ["a","b","c","d","e"], "sdt": 1}""", TestContext.Current.CancellationToken);
        Assert.Contains("SAL2514", (await Refused(model, Image, "--method gradient --target 1")).Error, StringComparison.Ordinal);
    }
}
