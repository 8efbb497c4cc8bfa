using System.Text;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Results;

/// <summary>The folder of results: <c>OUT/&lt;image&gt;/&lt;method&gt;.npy</c>, <c>.png</c> and <c>result.json</c>; several methods have a <c>&lt;method&gt;.json</c> each.</summary>
internal sealed class ResultFolder(CliHost host, string root)
{
    /// <summary>Makes the folder before anything is computed, so that a path that cannot be written is known at once.</summary>
    /// <exception cref="SaliencyException">SAL2520: it cannot be made.</exception>
    public void Create() => Guarded(root, () => Directory.CreateDirectory(root));

    /// <summary>Writes the files of one map; what is said of it comes last, so it says that the others are complete.</summary>
    /// <param name="result">What is said of it.</param>
    /// <param name="files">The other files, by what follows the method's name.</param>
    /// <param name="json">The name of the file that says it.</param>
    /// <exception cref="SaliencyException">SAL2520: a file cannot be written.</exception>
    /// <returns>The folder of the image.</returns>
    public string Write(ResultDocument result, IEnumerable<(string Extension, byte[] Content)> files, string json = "result.json")
    {
        var folder = Path.Combine(root, result.Image);
        Guarded(folder, () => Directory.CreateDirectory(folder));
        foreach (var (extension, content) in files) WriteFile(Path.Combine(folder, result.Method + extension), content);
        WriteFile(Path.Combine(folder, json), Encoding.UTF8.GetBytes(JsonPrinter.Text(result) + "\n"));
        return folder;
    }

    /// <summary>Writes a value as JSON.</summary>
    /// <exception cref="SaliencyException">SAL2520: it cannot be written.</exception>
    public void WriteJson<T>(string name, T value) => WriteFile(Path.Combine(root, name), Encoding.UTF8.GetBytes(JsonPrinter.Text(value) + "\n"));

    /// <summary>Writes a file that belongs to no single map.</summary>
    /// <exception cref="SaliencyException">SAL2520: it cannot be written.</exception>
    public void Write(string name, byte[] content) => WriteFile(Path.Combine(root, name), content);

    private void WriteFile(string path, byte[] content) => Guarded(path, () => host.WriteFile(path, content));

    private static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SaliencyException("SAL2520", $"'{path}' cannot be written: {cause.Message}", "Free some space, or give another folder with --out.", cause);
        }
    }
}
