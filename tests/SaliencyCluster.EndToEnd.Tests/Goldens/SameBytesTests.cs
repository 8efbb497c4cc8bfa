using System.Text.Json.Nodes;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Goldens;

/// <summary>A cluster adds nothing of its own to a map.</summary>
public sealed class SameBytesTests(SharedCluster cluster)
{
    /// <summary>Pictures of 64x64 for a model of 28x28: the resizing of a registered model, and another one asked for with the
    /// request.</summary>
    [Theory]
    [InlineData("cropped", "cropped", new string[0])]
    [InlineData("plain", "mnist-cnn", new[] { "--resize", "fit", "--interpolation", "bicubic", "--fill", "99", "--mean", "0.1" })]
    public async Task A_cluster_resizes_pictures_as_a_local_run_does(string asked, string model, string[] request)
    {
        using var folder = new TemporaryFolder();
        string[] crop = ["--resize", "crop", "--short-side", "40", "--interpolation", "lanczos"];
        if (asked == "cropped") Assert.Equal(
            0, (await CommandLine.RunAsync(cluster.Grpc, null, ["models", "add", model, Repo.Model("mnist-cnn"), .. crop])).Exit);
        string[] arguments = ["explain", "--input", Path.Combine(Repo.Root, "samples", "images", "bears", "fox-on-snow.png"), "--method",
            "gradient", "--geometry", "picture", "--show-input", "--json", .. request];
        var local = await CommandLine.RunAsync(
            null, null, [.. arguments, .. asked == "cropped" ? crop
            : [], "--local", "--model", Repo.Model("mnist-cnn"), "--out", folder.File("local")]);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. arguments, "--model", model, "--out", folder.File("remote")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        foreach (var file in (string[])["gradient.npy", "gradient.picture.npy", "gradient.png", "input.png"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("local"), "fox-on-snow", file)),
                File.ReadAllBytes(Path.Combine(folder.File("remote"), "fox-on-snow", file)));
        Assert.Equal(Input("local"), Input("remote"));

        string Input(string side) =>
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File(side), "fox-on-snow", "result.json")))!["input"]!.ToJsonString();
    }

    /// <summary>A transformer, with noise so that its work is cut into shards.</summary>
    [Theory]
    [InlineData("attention-rollout"), InlineData("generic-attention"), InlineData("legrad")]
    public async Task A_cluster_gives_the_bytes_of_a_local_run_of_a_transformer(string method)
    {
        using var folder = new TemporaryFolder();
        var model = Path.Combine(Repo.Root, "tests", "attention", "fused-qkv.onnx");
        await CommandLine.RunAsync(cluster.Grpc, null, ["models", "add", "transformer", model]);
        string[] arguments = ["explain", "--input", Path.Combine(Repo.Root, "samples", "images", "bears", "fox-on-snow.png"),
            "--method", method, "--smooth", "smoothgrad", "--samples", "40", "--shard-points", "8", "--json"];
        var local = await CommandLine.RunAsync(null, null, [.. arguments, "--local", "--model", model, "--out", folder.File("local")]);
        var remote = await CommandLine.RunAsync(
            cluster.Grpc, null, [.. arguments, "--model", "transformer", "--out", folder.File("remote")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        Assert.Equal(Read("local"), Read("remote"));

        byte[] Read(string side) => File.ReadAllBytes(Path.Combine(folder.File(side), "fox-on-snow", method + ".npy"));
    }

    /// <summary>Pictures that are prepared here, since the model is registered with another preprocessing: one that is damaged fails
    /// alone.</summary>
    [Fact]
    public async Task A_damaged_picture_does_not_stop_the_others()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("in"));
        var good = Path.Combine(Repo.Root, "samples", "images", "mnist", "digit-3.png");
        File.Copy(good, folder.File("in/c.png"));
        await File.WriteAllBytesAsync(
            folder.File("in/a.png"), (await File.ReadAllBytesAsync(good, TestContext.Current.CancellationToken))[..80],
            TestContext.Current.CancellationToken);
        File.Copy(good, folder.File("in/b.png"));
        var run = await CommandLine.RunAsync(
            cluster.Grpc, null,
            ["explain", "--input", folder.File("in"), "--method", "gradient", "--model", "mnist-cnn", "--mean", "0.1", "--out",
                folder.File("out")]);
        Assert.NotEqual(0, run.Exit);
        Assert.Equal(["b", "c"],
            Directory.EnumerateDirectories(folder.File("out")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gradient-times-input")]
    [InlineData("integrated-gradients")]
    [InlineData("smoothgrad")]
    [InlineData("vargrad")]
    [InlineData("grad-cam")]
    [InlineData("occlusion")]
    [InlineData("score-cam")]
    [InlineData("ablation-cam")]
    [InlineData("finer-cam --finer 2")]
    [InlineData("full-grad")]
    [InlineData("hires-cam --layer last-conv,last-conv")]
    [InlineData("deeplift --baseline black")]
    [InlineData("deepshap")]
    [InlineData("kernel-shap --samples 110")]
    [InlineData("lime --samples 60")]
    [InlineData("lime --samples 60 --segments slic:20")]
    [InlineData("sobol --samples 16")]
    [InlineData("sobol --samples 40 --tolerance 0.2 --segments grid:4")]
    [InlineData("hsic --samples 60 --segments slic:20")]
    [InlineData("feature-ablation --segments felzenszwalb:50")]
    public async Task A_cluster_gives_the_bytes_of_a_local_run(string asked)
    {
        var method = asked.Split(' ')[0];
        using var folder = new TemporaryFolder();
        var inputs = Path.Combine(Repo.Root, "samples", "images", "mnist");
        string[] arguments = ["explain", "--input", inputs, "--method", .. asked.Split(' '), "--json"];
        var local = await CommandLine.RunAsync(null, null, [.. arguments, "--local", "--model", Repo.Model("mnist-cnn"), "--out", folder.File("local")]);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. arguments, "--model", "mnist-cnn", "--out", folder.File("remote")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        for (var digit = 0; digit < 10; digit++)
        {
            Assert.Equal(Read("local", digit), Read("remote", digit));
            Assert.Equal(Said("local", digit), Said("remote", digit));
        }

        byte[] Read(string side, int digit) => File.ReadAllBytes(Path.Combine(folder.File(side), $"digit-{digit}", method + ".npy"));

        // What a result says, but for the clock, the processes that took part, and the model's name, which is a file for the one and registered for the other.
        string Said(string side, int digit)
        {
            var result = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File(side), $"digit-{digit}", "result.json")))!.AsObject();
            foreach (var own in (string[])["model", "seconds", "workers"]) Assert.True(result.Remove(own), $"{side} says no {own}");
            return result.ToJsonString();
        }
    }
}
