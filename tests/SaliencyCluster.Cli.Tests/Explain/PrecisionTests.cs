using System.Text.Json;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.TestKit;
using SaliencyCluster.Tiles;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Maps of a sample model in bf16 beside those in float32.</summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-precision").FullName;
    private readonly string _model = Path.Combine(Repo.Root, "samples", "models", "bears-clean.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bf16_gives_nearly_the_map_of_float32_and_says_so_in_the_result()
    {
        var (exact, noPrecision) = await Explain("fp32");
        Assert.Null(noPrecision);
        if (!ProcessorSupport.HasBf16)
        {
            var refused = await Run.Of(Arguments("bf16"));
            Assert.Contains("SAL4025", refused.Error, StringComparison.Ordinal);
            return;
        }
        var (map, precision) = await Explain("bf16");
        Assert.Equal("bf16", precision);
        Assert.InRange(TestKit.Running.Numbers.RelativeError(map, exact), 1e-6, 0.3);
        // From the folder of prepared graphs, which must know it too.
        Assert.Equal("bf16", (await Explain("bf16")).Precision);
        // Without convolutions nothing is computed otherwise, whatever was asked for.
        var digit = Path.Combine(Repo.Root, "samples", "images", "mnist", "digit-3.png");
        Assert.Equal("fp32", (await Explain("bf16", Repo.Model("mnist-mlp"), digit)).Precision);
    }

    [Fact]
    public async Task A_cluster_is_not_asked_for_bf16()
    {
        var run = await Run.Of(
            ["explain", "--model", "any", "--input", Input(), "--method", "gradient", "--out", _folder, "--precision", "bf16"]);
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains("SAL2508", run.Error, StringComparison.Ordinal);
    }

    private async Task<(double[] Map, string? Precision)> Explain(string precision, string? model = null, string? input = null)
    {
        var run = await Run.Of(Arguments(precision, model, input));
        Assert.True(run.Exit == 0, run.Error);
        var folder = Path.Combine(_folder, Path.GetFileNameWithoutExtension(input ?? Input()));
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "result.json")));
        var found = result.RootElement.TryGetProperty("precision", out var told) ? told.GetString() : null;
        return (TestKit.Running.Npy.Read(Path.Combine(folder, "gradient.npy")), found);
    }

    private string[] Arguments(string precision, string? model = null, string? input = null) =>
        ["explain", "--local", "--model", model ?? _model, "--input", input ?? Input(), "--method", "gradient", "--out", _folder,
            "--precision", precision];

    private static string Input() => Path.Combine(Repo.Root, "samples", "images", "bears", "dog-on-water.png");
}
