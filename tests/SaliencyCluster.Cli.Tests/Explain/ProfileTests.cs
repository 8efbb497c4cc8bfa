using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Pictures with colour profiles: a model that adds the pixels up shows what it saw of them.</summary>
public sealed class ProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-profiles").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_model_sees_the_colours_of_srgb_and_a_picture_whose_profile_cannot_be_applied_fails_alone()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var files = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "tests", "references", "profiles.json"), cancellation));
        var wide = files.RootElement.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "adobe-tiff");
        var file = wide.GetProperty("file").GetBytesFromBase64();
        Directory.CreateDirectory(Path.Combine(_folder, "in"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "in", "wide.tif"), file, cancellation);
        "none"u8.CopyTo(file.AsSpan(file.AsSpan().IndexOf("rTRC"u8)));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "in", "damaged.tif"), file, cancellation);
        var model = Path.Combine(_folder, "model.onnx");
        await File.WriteAllBytesAsync(model, new ModelBuilder().Input("x", -1, 3, 6, 8)
            .Weight("w", [144, 2], [.. Enumerable.Repeat(1f, 288)]).Longs("row", -1, 144)
            .Node("Reshape", "x row", "r").Node("MatMul", "r w", "y").Output("y", -1, 2).ToBytes(), cancellation);

        var run = await Run.Of(["explain", "--local", "--model", model, "--input", Path.Combine(_folder, "in"), "--target", "0",
            "--method", "gradient-times-input", "--out", Path.Combine(_folder, "out")]);

        Assert.Contains("SAL2125", run.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be applied: it has no 'rTRC'", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out", "damaged")));
        var wanted = Convert.FromHexString(wide.GetProperty("rgb").GetString()!);
        var map = NpyFile.ReadFile(Path.Combine(_folder, "out", "wide", "gradient-times-input.npy")).Data;
        for (var i = 0; i < map.Length; i++) Assert.Equal(wanted[(3 * (i % 48)) + (i / 48)], 255 * map[i], tolerance: 1.01);
        using var result = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder, "out", "wide", "result.json"), cancellation));
        Assert.Equal("Adobe RGB (1998)", result.RootElement.GetProperty("input").GetProperty("profile").GetString());
    }
}
