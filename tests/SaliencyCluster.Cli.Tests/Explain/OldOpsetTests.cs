using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit.OldOpsets;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>A network of opset 1, 3 and 6 by the command line, beside the same one of opset 13.</summary>
public sealed class OldOpsetTests : IDisposable
{
    private const string Methods = "gradient,integrated-gradients,grad-cam,guided-backprop,occlusion,rise,finer-cam";
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-old").FullName;

    public OldOpsetTests()
    {
        var random = new Random(9);
        File.WriteAllBytes(In("image.npy"), NpyFile.Write(new([3, 12, 12], [.. Enumerable.Range(0, 432).Select(_ =>
            random.NextSingle() - 0.5f)])));
        File.WriteAllBytes(In("twin.onnx"), OldNetwork.Twin().ToBytes());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Every_kind_of_method_gives_what_it_gives_of_the_twin(int opset)
    {
        await File.WriteAllBytesAsync(In("old.onnx"), OldNetwork.Of(opset).ToBytes(), TestContext.Current.CancellationToken);
        var (old, twin) = (await ExplainAsync("old"), await ExplainAsync("twin"));
        Assert.Equal(twin.GetProperty("score").GetDouble(), old.GetProperty("score").GetDouble(), 1e-5);
        foreach (var method in Methods.Split(',')) Assert.InRange(Numbers.RelativeError(Map("old", method), Map("twin", method)), 0, 1e-4);

        var shown = await Run.Of("models", "show", In("old.onnx"), "--json");
        Assert.True(shown.Exit == 0, shown.Error);
        using var said = JsonDocument.Parse(shown.Out);
        Assert.Equal(opset, said.RootElement.GetProperty("summary").GetProperty("opset").GetInt32());
        var exported = await Run.Of("export", "--model", In("old.onnx"), "--method", "gradient", "--target", "2", "--out", In("map.onnx"));
        Assert.True(exported.Exit == 0, exported.Error);
    }

    private async Task<JsonElement> ExplainAsync(string model)
    {
        var run = await Run.Of("explain", "--local", "--model", In(model + ".onnx"), "--input", In("image.npy"), "--out", In(model),
            "--method", Methods,
            "--target", "2", "--samples", "20", "--steps", "8", "--window", "4,4", "--stride", "4,4", "--no-picture");
        Assert.True(run.Exit == 0, run.Error);
        using var result = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(In(model), "image", "gradient.json"), TestContext.Current.CancellationToken));
        return result.RootElement.Clone();
    }

    private double[] Map(string model, string method) =>
        [.. NpyFile.ReadFile(Path.Combine(In(model), "image", method + ".npy")).Data.Select(v => (double)v)];

    private string In(string name) => Path.Combine(_folder, name);
}
