using System.Text.Json;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Goldens;

/// <summary>All reference maps of one model and one method with its parameters: a job of the model's images, in their order.</summary>
internal sealed record GoldenJob(string Model, string Name, ExplanationOptions Options, IReadOnlyList<string> Images)
{
    public static IReadOnlyList<GoldenJob> All { get; } = [.. Read()];

    private static IEnumerable<GoldenJob> Read()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Repo.Golden("manifest.json")));
        foreach (var model in manifest.RootElement.GetProperty("models").EnumerateObject())
        {
            var images = model.Value.GetProperty("images").EnumerateArray().ToList();
            var layer = model.Value.GetProperty("gradcam_onnx_tensor").GetString()!;
            foreach (var method in images[0].GetProperty("methods").EnumerateObject())
                yield return new(model.Name, method.Name, OptionsOf(method.Name.Split('.')[0], method.Value, layer), [.. images.Select(i => i.GetProperty("id").GetString()!)]);
        }
    }

    private static ExplanationOptions OptionsOf(string method, JsonElement golden, string layer) => method switch
    {
        "integrated-gradients" => new() { Method = method, Rule = golden.GetProperty("method").GetString(), Steps = golden.GetProperty("n_steps").GetUInt32() },
        // What the manifest gives in absolute units is 0.15 times the range of each image.
        "smoothgrad" or "smoothgrad-squared" or "vargrad" => new() { Method = method, Samples = golden.GetProperty("samples").GetUInt32(), Seed = golden.GetProperty("seed").GetUInt64(), Stdev = 0.15, StdevKind = "relative" },
        "grad-cam" or "guided-grad-cam" => new() { Method = method, Layer = layer },
        "occlusion" => new() { Method = method, Window = { Pixels(golden.GetProperty("window")) }, Stride = { Pixels(golden.GetProperty("strides")) } },
        _ => new() { Method = method },
    };

    private static uint[] Pixels(JsonElement window) => [window[1].GetUInt32(), window[2].GetUInt32()];
}
