using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What can be wrong with files that are named on the command line.</summary>
internal static class InputErrors
{
    /// <summary>A file is not there; guesses a neighbour.</summary>
    public static SaliencyException NoSuchFile(string what, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var neighbours = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)) : [];
        var hint = Suggestion.For(Path.GetFileName(path), neighbours);
        return new("SAL2510", $"The {what} file '{path}' does not exist.", $"{hint}Give the path of a file that exists.");
    }
}
