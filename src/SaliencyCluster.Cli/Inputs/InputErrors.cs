using SaliencyCluster.Attribution.Requests;
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

    /// <summary>Two images would be written to the same place.</summary>
    public static SaliencyException SameName(string name, IReadOnlyList<string> paths) => new(
        "SAL2513", $"Two inputs are called '{name}': {string.Join(" and ", paths.Take(2).Select(p => $"'{p}'"))}.",
        "Results are named after the input file: rename one, or explain them into different folders.");
}
