using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Goldens;

/// <summary>The reference maps: made with PyTorch and Captum in float64, see tests/goldens/README.md.</summary>
internal static class GoldenManifest
{
    public static IReadOnlyList<GoldenMap> Maps { get; } = [.. Read(), .. ReadSecond()];

    // Captum's DeepLIFT and feature ablation, class activation maps by their definitions, and exact Shapley values.
    private static IEnumerable<GoldenMap> ReadSecond()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Repo.Golden("second", "manifest.json")));
        foreach (var model in manifest.RootElement.GetProperty("models").EnumerateObject())
        {
            var layer = model.Value.GetProperty("layer").GetString();
            foreach (var (image, index) in model.Value.GetProperty("images").EnumerateArray().Select((image, index) => (image, (uint)index)))
                foreach (var method in image.GetProperty("methods").EnumerateObject())
                {
                    // With all coalitions Kernel SHAP gives the same.
                    if (method.Name == "shapley.grid3")
                        yield return new(
                            model.Name, image.GetProperty("id").GetString()!, index, method.Name,
                            new() { Method = "kernel-shap", Target = $"{image.GetProperty("target").GetInt32()}", Segments = "grid:3" },
                                null)
                        { Folder = "second" };
                    var request = new ExplanationRequest { Method = method.Name.Split('.')[0], Target = $"{image.GetProperty("target").GetInt32()}" };
                    yield return new(
                        model.Name, image.GetProperty("id").GetString()!, index, method.Name,
                        method.Name.EndsWith("grid3", StringComparison.Ordinal)
                            ? request with { Segments = "grid:3", Baseline = "zeros" }
                            : method.Name == "deeplift" ? request : request with { Layer = layer, Relu = false }, null)
                    { Folder = "second" };
                }
        }
    }

    private static IEnumerable<GoldenMap> Read()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Repo.Golden("manifest.json")));
        foreach (var model in manifest.RootElement.GetProperty("models").EnumerateObject())
        {
            var layer = model.Value.GetProperty("gradcam_onnx_tensor").GetString()!;
            foreach (var image in model.Value.GetProperty("images").EnumerateArray())
                foreach (var method in image.GetProperty("methods").EnumerateObject())
                    yield return new(
                        model.Name, image.GetProperty("id").GetString()!, image.GetProperty("index").GetUInt32(), method.Name,
                        Request(method.Name.Split('.')[0], method.Value, layer, image.GetProperty("target").GetInt32()),
                        method.Value.TryGetProperty("convergence_delta", out var delta) ? delta.GetDouble() : null);
        }
    }

    private static ExplanationRequest Request(string method, JsonElement golden, string layer, int target)
    {
        var request = new ExplanationRequest { Method = method, Target = $"{target}" };
        return method switch
        {
            "integrated-gradients" => request with { Rule = golden.GetProperty("method").GetString(), Steps = golden.GetProperty("n_steps").GetInt32() },
            "smoothgrad" or "smoothgrad-squared" or "vargrad" => request with
            {
                Samples = golden.GetProperty("samples").GetInt32(),
                Seed = golden.GetProperty("seed").GetUInt64(),
                Stdev = golden.GetProperty("stdev").GetDouble(),
                StdevKind = "absolute",
            },
            "grad-cam" or "guided-grad-cam" => request with { Layer = layer },
            "occlusion" => request with { Window = Pixels(golden.GetProperty("window")), Stride = Pixels(golden.GetProperty("strides")) },
            _ => request,
        };
    }

    private static int[] Pixels(JsonElement window) => [window[1].GetInt32(), window[2].GetInt32()];
}

/// <summary>One reference map.</summary>
internal sealed record GoldenMap(
    string Model, string Image, uint ImageIndex, string Name, ExplanationRequest Request, double? ConvergenceDelta)
{
    public Tensor Input => NpyFile.ReadFile(Repo.Golden("inputs", Model, Image + ".npy"));

    /// <summary>Gets where the map lies below the folder of all.</summary>
    public string Folder { get; init; } = "";

    public Tensor Map => NpyFile.ReadFile(Repo.Golden(Folder, Model, Image, Name + ".npy"));

    public override string ToString() => $"{Model}/{Image}/{Name}";
}
