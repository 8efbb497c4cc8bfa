using System.Diagnostics;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Charts;

/// <summary>Real Helm on the chart of this repository.</summary>
internal static class Helm
{
    public const string Release = "saliency";
    public const string Namespace = "maps";
    private static readonly Lazy<string> Programs = new(() => Run(Path.Combine(Repo.Root, "tests", "helm", "install")).Trim());

    public static string Chart { get; } = Path.Combine(Repo.Root, "helm", "saliency-cluster");

    public static IReadOnlyList<string> Examples { get; } =
        [.. Directory.GetFiles(Path.Combine(Chart, "examples"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static string Example(string name) => Path.Combine(Chart, "examples", name + ".yaml");

    /// <summary>Renders; the arguments are those of <c>helm template</c>.</summary>
    public static string Template(params string[] arguments) => Run(Program("helm"), ["template", Release, Chart, "--namespace", Namespace, .. arguments]);

    /// <summary>Renders with values given as YAML, on top of those of an example where one is named.</summary>
    public static IReadOnlyList<Manifest> Render(string values, string? example = null) =>
        Manifest.All(WithFile(values, file => Template([.. example is null ? Array.Empty<string>() : ["-f", Example(example)], "-f", file])));

    /// <summary>Renders with a look at what is in a cluster, as upgrades do.</summary>
    public static IReadOnlyList<Manifest> Render(string values, KubernetesApi cluster) =>
        Manifest.All(WithFile(values, file => Template(["-f", file, .. AtServer(cluster)])));

    /// <summary>Renders values that must be refused, and gets what Helm says.</summary>
    public static string Refusal(string values, KubernetesApi? cluster = null) => WithFile(values, file =>
    {
        string[] arguments =
            ["template", Release, Chart, "--namespace", Namespace, "-f", file, .. cluster is null ? [] : AtServer(cluster)];
        var (exit, output, error) = Try(Program("helm"), arguments);
        Assert.True(exit != 0, $"These values were rendered:\n{values}\n{output}");
        return error;
    });

    /// <summary>Runs <c>helm lint --strict</c> and gets its exit code and text.</summary>
    public static (int Exit, string Output, string Error) Lint(params string[] arguments) => Try(Program("helm"), ["lint", "--strict", Chart, .. arguments]);

    /// <summary>Renders NOTES.txt, as an installation prints it.</summary>
    public static string Notes(string example) =>
        Run(Program("helm"), ["install", Release, Chart, "--namespace", Namespace, "--dry-run=client", "-f", Example(example)]).Split("NOTES:\n")[1];

    private static string[] AtServer(KubernetesApi cluster) =>
        ["--dry-run=server", "--is-upgrade", "--disable-openapi-validation", "--kube-apiserver", cluster.Address];

    private static string Program(string name) => Path.Combine(Programs.Value, name);

    private static T WithFile<T>(string values, Func<string, T> use)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, values);
            return use(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var (exit, output, error) = Try(program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)} ended with {exit}:\n{error}{output}");
        return output;
    }

    private static (int Exit, string Output, string Error) Try(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repo.Root })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
