using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Calls <c>saliency</c> as a user would, and compares the bytes of maps.</summary>
internal static class Maps
{
    private static readonly string[] Request =
        ["--method", "smoothgrad", "--samples", "100", "--seed", "5", "--input", Path.Combine(Repo.Root, "samples", "images", "mnist")];

    /// <summary>Computes the maps in this process, without any cluster.</summary>
    public static async Task<string> LocalAsync(string folder)
    {
        await SayAsync(["explain", "--local", "--model", Repo.Model("mnist-cnn"), .. Request, "--out", Path.Combine(folder, "local")]);
        return Path.Combine(folder, "local");
    }

    public static Task<string> ExplainAsync(Uri endpoint, string folder) =>
        SayAsync(["explain", "--endpoint", $"{endpoint}", "--model", Repo.Model("mnist-cnn"), .. Request, "--out", folder]);

    /// <summary>Submits a job whose images are the ten digits so many times.</summary>
    public static async Task SubmitAsync(Uri endpoint, string id, int times, string folder)
    {
        var inputs = Directory.CreateDirectory(Path.Combine(folder, id)).FullName;
        foreach (var (digit, copy) in from c in Enumerable.Range(0, times) from d in Enumerable.Range(0, 10) select (d, c))
            File.Copy(Path.Combine(Repo.Root, "samples", "images", "mnist", $"digit-{digit}.png"), Path.Combine(inputs, string.Create(CultureInfo.InvariantCulture, $"digit-{digit}.{copy}.png")));
        await SayAsync(["jobs", "submit", "--endpoint", $"{endpoint}", "--id", id, "--model", Repo.Model("mnist-cnn"), .. Request[..^2], "--input", inputs]);
    }

    public static Task WatchAsync(Uri endpoint, string id) => SayAsync(["jobs", "watch", id, "--endpoint", $"{endpoint}"]);

    public static async Task<string> FetchAsync(Uri endpoint, string id, string folder)
    {
        var into = Path.Combine(folder, id + "-maps");
        await SayAsync(["jobs", "fetch", id, "--endpoint", $"{endpoint}", "--out", into]);
        return into;
    }

    /// <summary>Fails unless every map is that of its digit, to the byte.</summary>
    public static void AssertSame(string local, string maps, int count)
    {
        var found = Directory.GetFiles(maps, "smoothgrad.npy", SearchOption.AllDirectories);
        Assert.Equal(count, found.Length);
        Assert.All(found, file =>
        {
            var digit = Path.GetFileName(Path.GetDirectoryName(file)!)[..7];
            Assert.Equal(File.ReadAllBytes(Path.Combine(local, digit, "smoothgrad.npy")), File.ReadAllBytes(file));
        });
    }

    public static async Task<string> SayAsync(string[] arguments, int exit = 0)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = CliHost.OfThisProcess() with { Out = output, Error = error, ErrorIsTerminal = false, OutIsTerminal = false };
        var code = await SaliencyCommandLine.RunAsync(arguments, host, TestContext.Current.CancellationToken);
        Assert.True(code == exit, $"saliency {string.Join(' ', arguments)} ended with {code}:\n{output}{error}");
        return output.ToString();
    }
}
