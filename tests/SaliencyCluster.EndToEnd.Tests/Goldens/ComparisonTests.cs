using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Goldens;

/// <summary>Several methods and models in one call.</summary>
public sealed class ComparisonTests(SharedCluster cluster)
{
    private static readonly string[] Methods = ["gradient", "gradient-times-input", "smoothgrad", "vargrad", "integrated-gradients", "idgi"];

    [Fact]
    public async Task A_comparison_on_a_cluster_writes_the_files_of_a_local_one_and_of_its_methods_alone()
    {
        using var folder = new TemporaryFolder();
        string[] inputs = [Digits.PicturePath(3), Digits.PicturePath(8)];
        string[] arguments = ["explain", "--json", "--method", string.Join(',', Methods), "--steps", "10", "--samples", "10", "--standard-error-map", "--npz", "--montage", "--input", .. inputs];
        var local = await CommandLine.RunAsync(null, null,
            [.. arguments, "--local", "--model", Repo.Model("mnist-cnn"), "--model", Repo.Model("mnist-mlp"), "--out", folder.File("local")]);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. arguments, "--model", "mnist-cnn", "--model", "mnist-mlp", "--out", folder.File("remote")]);
        var alone = await CommandLine.RunAsync(null, null,
            ["explain", "--json", "--method", "smoothgrad", "--samples", "10", "--standard-error-map", "--local", "--model", Repo.Model("mnist-cnn"), "--out", folder.File("alone"), "--input", .. inputs]);
        Assert.Equal((0, 0, 0), (local.Exit, remote.Exit, alone.Exit));
        foreach (var name in new[] { "smoothgrad.npy", "smoothgrad.stderr.npy" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("alone"), "digit-3", name)), File.ReadAllBytes(Path.Combine(folder.File("remote"), "mnist-cnn", "digit-3", name)));
        string[] files = [.. Methods.SelectMany(m => (string[])[m + ".npy", m + ".png"]), "smoothgrad.stderr.npy", "maps.npz", "montage.png"];
        foreach (var (model, image) in from m in (string[])["mnist-cnn", "mnist-mlp"] from i in (string[])["digit-3", "digit-8"] select (m, i))
        {
            foreach (var name in files)
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("local"), model, image, name)), File.ReadAllBytes(Path.Combine(folder.File("remote"), model, image, name)));
            Assert.True(File.Exists(Path.Combine(folder.File("remote"), model, image, "comparison.json")));
        }
    }

    [Fact]
    public async Task Units_of_a_cluster_are_those_of_a_local_run()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--input", Digits.PicturePath(3), Digits.PicturePath(8), Digits.PicturePath(7), "--class", "3", "--top",
            "2", "--out"];
        var local = await CommandLine.RunAsync(null, null, ["visualize", "units", Repo.Model("mnist-cnn"), "--local", .. arguments,
            folder.File("local")]);
        // The file is there, so that what places depend on is known.
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, ["visualize", "units", Repo.Model("mnist-cnn"), .. arguments,
            folder.File("remote")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        Assert.Equal(Units("local").GetProperty("channels").GetRawText(), Units("remote").GetProperty("channels").GetRawText());
        foreach (var file in Directory.EnumerateFiles(folder.File("local"), "*.png"))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder.File("remote"), Path.GetFileName(file))));

        System.Text.Json.JsonElement Units(string run) =>
            System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.File(run), "units.json"))).RootElement;
    }
}
