using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Demo;

/// <summary>The models and pictures of the demo: samples/ of the repository, copied beside the program.</summary>
internal static class DemoSamples
{
    /// <summary>The models, the sound one first.</summary>
    public static readonly IReadOnlyList<string> Models = ["bears-clean", "bears-confounded"];

    // The telling ones first.
    private static readonly string[] Names =
    [
        "fox-on-snow", "cat-on-snow", "polar-bear-on-snow", "polar-bear-on-grass", "polar-bear-on-forest", "bear-on-forest", "dog-on-water", "lion-on-sand",
    ];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "samples");

    /// <summary>Gets the path of a model.</summary>
    public static string ModelPath(string name) => Existing(Path.Combine(Folder, "models", name + ".onnx"));

    /// <summary>Reads the pictures.</summary>
    /// <exception cref="SaliencyException">SAL9041: a sample is missing.</exception>
    public static IReadOnlyList<DemoSample> Pictures() => [.. Names.Select(Read)];

    private static DemoSample Read(string name)
    {
        var parts = name.Split("-on-");
        var file = Existing(Path.Combine(Folder, "images", "bears", name + ".png"));
        var mask = PictureDecoder.Decode(File.ReadAllBytes(Existing(Path.ChangeExtension(file, ".mask.png"))), name);
        return new(name, parts[0].Replace('-', ' '), parts[1], file, Mask.Of(Backdrop.Of(mask)));
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new SaliencyException(
        "SAL9041", $"The sample '{path}' is missing beside the program.", "Build again: the samples are copied with the program.");
}

/// <summary>A picture of the demo.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Animal">The animal, as the models' labels call it.</param>
/// <param name="Ground">What it stands on.</param>
/// <param name="Path">Its file.</param>
/// <param name="Mask">Where the animal is.</param>
internal sealed record DemoSample(string Name, string Animal, string Ground, string Path, Mask Mask);
