using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What can be wrong with files that are named on the command line.</summary>
internal static class InputErrors
{
    /// <summary>A file is not there; guesses a neighbour.</summary>
    public static SaliencyException NoSuchFile(string what, string path)
    {
        // After --input every word is taken as a file, mistyped options too.
        if (path.StartsWith("--", StringComparison.Ordinal))
            return new("SAL2501", $"'{path}' is no option.", $"{Suggestion.For(path, OptionCatalog.All.Select(o => "--" + o.Name))}Show the options with --help.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var neighbours = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)) : [];
        var hint = Suggestion.For(Path.GetFileName(path), neighbours);
        return new("SAL2510", $"The {what} file '{path}' does not exist.", $"{hint}Give the path of a file that exists.");
    }

    /// <summary>A file is none that holds an image.</summary>
    public static SaliencyException UnknownKind(string path, IReadOnlyList<string> known) => new(
        "SAL2511", $"The input file '{path}' is no image.", $"Give files that end in {string.Join(", ", known)}.");

    /// <summary>A folder holds nothing to explain.</summary>
    public static SaliencyException EmptyFolder(string path, IReadOnlyList<string> known) => new(
        "SAL2512", $"The input folder '{path}' has no image.", $"Give a folder with files that end in {string.Join(", ", known)}.");

    /// <summary>Refuses class names that do not fit the model, as a gateway does: every class would get another one's name.</summary>
    /// <exception cref="SaliencyException">SAL2614.</exception>
    public static void CheckLabels(IReadOnlyList<string> labels, ModelSummary model)
    {
        if (LabelCheck.WhyNot(labels, model) is { } unfit)
            throw new SaliencyException("SAL2614", unfit, "Give one line per class in the order of the model's output; a class without a name is an empty line.");
    }

    /// <summary>Nothing that was named holds an image.</summary>
    public static SaliencyException NoImage(string path) => new(
        "SAL2512", $"The input '{path}' holds no image.", "Give an array of at least one image.");

    /// <summary>A file has no bytes.</summary>
    public static SaliencyException Empty(string path) => new("SAL2519", $"'{path}' cannot be read: it is empty.", "Give the file again, or leave it out.");

    /// <summary>The name of an image cannot be that of the folder of its results.</summary>
    public static SaliencyException NoFolderName(string path, string name) => new(
        "SAL2505", $"The input '{path}' would write its results to a folder called '{name}'.", "Rename the file.");

    /// <summary>Two models would write to the same place.</summary>
    public static SaliencyException SameModel(string name, IReadOnlyList<string> paths) => new(
        "SAL2513", $"Two models are called '{name}': {string.Join(" and ", paths.Take(2).Select(p => $"'{p}'"))}.",
        "Results are named after the model: rename one, or explain them into different folders.");

    /// <summary>Two images would be written to the same place.</summary>
    public static SaliencyException SameName(string name, IReadOnlyList<string> paths) => new(
        "SAL2513", $"Two inputs are called '{name}': {string.Join(" and ", paths.Take(2).Select(p => $"'{p}'"))}.",
        "Results are named after the input file: rename one, or explain them into different folders.");
}
