using System.Text.Json;
using System.Text.Json.Serialization;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.TestKit.Zoo;

/// <summary>A model that tests/zoo/export.py wrote, with the gradient that PyTorch computed in float64.</summary>
/// <param name="Name">The name of the case: the model, and the image where there are several.</param>
/// <param name="File">The ONNX file.</param>
/// <param name="Opset">The opset of the file.</param>
/// <param name="Options">How it was exported: free or fixed batch and so on.</param>
/// <param name="Image">Shape of one image.</param>
/// <param name="ImageSeed">Which image.</param>
/// <param name="Target">The explained elements of the first output, such as <c>3</c> or <c>3,:,:</c>; empty for all.</param>
/// <param name="Score">Their sum.</param>
/// <param name="FrameworkError">Relative L2 distance of PyTorch's own float32 gradient from the float64 one.</param>
public sealed record ZooModel(
    string Name, string File, int Opset, string Options, long[] Image, int ImageSeed, string Target, double Score, double FrameworkError)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    /// <summary>The folder of the models that are kept in the repository.</summary>
    public static string Repository { get; } = Path.Combine(Repo.Root, "tests", "zoo", "models");

    [JsonIgnore]
    public string Folder { get; private init; } = "";

    public string OnnxFile => Path.Combine(Folder, File);

    public static ZooModel Load(string folder, string name)
    {
        var facts = JsonSerializer.Deserialize<ZooModel>(System.IO.File.ReadAllText(Path.Combine(folder, name + ".json")), _json)!;
        return facts with { Folder = folder };
    }

    public static IEnumerable<string> NamesIn(string folder) =>
        Directory.GetFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    public double[] Pixels() => NoiseImage.Of(Image, ImageSeed);

    public double[] Gradient() => Npy.Read(Path.Combine(Folder, Name + ".gradient.npy"));
}
