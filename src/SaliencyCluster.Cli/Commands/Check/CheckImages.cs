using System.Globalization;
using SaliencyCluster.Attribution;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>Reads the images of an evaluation with their masks and groups.</summary>
/// <param name="arguments">What was asked.</param>
/// <param name="model">How files become the model's input.</param>
/// <param name="labels">The model's class names, or none.</param>
/// <param name="detects">Whether detections are explained.</param>
internal sealed class CheckImages(CheckArguments arguments, ModelInput model, IReadOnlyList<string> labels, bool detects)
{
    /// <summary>Gets what is to be told of boxes; null where none are given.</summary>
    public string? Told { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="SaliencyException">SAL2510 to SAL2513, SAL2110: a file cannot be read. SAL2705: there are not as many masks or groups as images.
    /// SAL2536: boxes cannot be used.</exception>
    public IReadOnlyList<EvaluatedImage> Read()
    {
        var inputs = new ImageFiles(model).List(arguments.Inputs);
        var masks = Masks();
        var groups = Groups();
        if (masks is not null && masks.Count < inputs.Count) throw TooFew("--masks", arguments.Masks!, masks.Count, inputs.Count);
        if (groups is not null && groups.Count < inputs.Count) throw TooFew("--groups", arguments.Groups!, groups.Count, inputs.Count);
        if (arguments.Boxes is { } boxes)
        {
            if (masks is not null)
                throw new SaliencyException("SAL2502", "--masks and --boxes both say where the objects are.", "Give one of them.");
            var marked = new MarkedImages(boxes, labels, detects);
            var images = marked.Read([.. inputs.Take(arguments.Images ?? inputs.Count)], groups);
            Told = marked.Told;
            return images;
        }
        return [.. inputs.Take(arguments.Images ?? inputs.Count).Select((input, i) =>
            new EvaluatedImage((uint)i, input.Name, input.Prepare()) { Mask = masks?[i], Group = groups?[i] })];
    }

    private List<Mask>? Masks()
    {
        if (arguments.Masks is not { } path) return null;
        var all = ReadArray("masks", path);
        int height = all.Shape[^2], width = all.Shape[^1], size = height * width;
        var half = all.Data.Max() / 2;
        return [.. all.Data.Chunk(size).Select(m => new Mask(height, width, Array.ConvertAll(m, v => v > half)))];
    }

    private List<string>? Groups()
    {
        if (arguments.Groups is not { } path) return null;
        if (!path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return File.Exists(path) ? [.. InputFile.Lines(path).Select(l => l.Trim())] : throw InputErrors.NoSuchFile("groups", path);
        return [.. ReadArray("groups", path).Data.Select(v =>
            (int)v < arguments.GroupNames.Count ? arguments.GroupNames[(int)v] : ((int)v).ToString(CultureInfo.InvariantCulture))];
    }

    private static Tensor ReadArray(string what, string path) => File.Exists(path) ? InputFile.Array(path) : throw InputErrors.NoSuchFile(what, path);

    private static SaliencyException TooFew(string option, string path, int given, int needed) => new(
        "SAL2705", $"{option} '{path}' has {given} entries for {needed} images.", "Give one entry per image, in the order of the images.");
}
