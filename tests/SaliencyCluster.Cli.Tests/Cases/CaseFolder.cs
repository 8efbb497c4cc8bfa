using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>Explains files of <c>tests/cases</c> with the command line, into a folder that goes with the test.</summary>
public abstract class CaseFolder : IDisposable
{
    private readonly string _out = Directory.CreateTempSubdirectory("saliency-cases").FullName;
    private int _runs;

    protected string Out => _out;

    public void Dispose()
    {
        Directory.Delete(_out, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static string Case(params string[] parts) => Path.Combine([Repo.Root, "tests", "cases", .. parts]);

    /// <summary>Writes a model beside the results.</summary>
    private protected async Task<string> Written(string name, ModelBuilder model)
    {
        var path = Path.Combine(Out, name + ".onnx");
        await File.WriteAllBytesAsync(path, model.ToBytes(), TestContext.Current.CancellationToken);
        return path;
    }

    /// <summary>Writes an array beside the results.</summary>
    private protected async Task<string> Written(string name, Tensor array)
    {
        var path = Path.Combine(Out, name + ".npy");
        await File.WriteAllBytesAsync(path, NpyFile.Write(array), TestContext.Current.CancellationToken);
        return path;
    }

    /// <summary>Explains one image, which must succeed.</summary>
    private protected async Task<(Tensor Map, JsonElement Result, Run Run)> Explain(string model, string input, string options)
    {
        var folder = Path.Combine(_out, $"{_runs++}");
        var run = await Refused(model, input, options, folder);
        Assert.True(run.Exit == 0, run.Error);
        var method = options.Split(' ') is var words ? words[Array.IndexOf(words, "--method") + 1] : "";
        var image = Path.Combine(folder, Path.GetFileNameWithoutExtension(input));
        return (NpyFile.ReadFile(Path.Combine(image, method + ".npy")), JsonDocument.Parse(File.ReadAllBytes(Path.Combine(image, "result.json"))).RootElement, run);
    }

    /// <summary>Explains one image, whatever becomes of it.</summary>
    private protected static Task<Run> Refused(string model, string input, string options, string folder) =>
        Run.Of(["explain", "--local", "--lanes", "1", "--model", model, "--input", input, "--out", folder, .. options.Split(' ')]);

    private protected Task<Run> Refused(string model, string input, string options) => Refused(model, input, options, _out);
}
