using SaliencyCluster.Cli.Tests.Verify;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Signals;

/// <summary>A call of each command that talks to a gateway, by the words of the command.</summary>
internal static class ClusterCalls
{
    private static readonly string Model = Repo.Model("mnist-mlp"), Images = Path.Combine(Repo.Root, "samples", "images", "mnist");

    public static IReadOnlyDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>
    {
        ["explain"] = ["--model", "m", "--input", Images, "--out", "{out}", "--method", "gradient"],
        ["visualize maximize"] = ["m", "--unit", "1", "--out", "{out}"],
        ["visualize invert"] = ["m", "{pixels}", "--layer", "l", "--out", "{out}"],
        ["visualize units"] = ["m", "--input", Images, "--out", "{out}"],
        ["jobs submit"] = ["--model", "m", "--input", Images, "--method", "gradient"],
        ["jobs list"] = [],
        ["jobs watch"] = ["j"],
        ["jobs pause"] = ["j"],
        ["jobs resume"] = ["j"],
        ["jobs reprioritize"] = ["j", "--weight", "2"],
        ["jobs cancel"] = ["j"],
        ["jobs retry"] = ["j"],
        ["jobs delete"] = ["j"],
        ["jobs fetch"] = ["j", "--out", "{out}", "--follow"],
        ["verify"] = ["{signed}", "--replay", "1"],
        ["models add"] = ["m", Model],
        ["models list"] = [],
        ["models show"] = ["m"],
        ["models remove"] = ["m"],
        ["models quarantined"] = [],
        ["models release"] = ["m"],
        ["doctor"] = [],
        ["check randomization"] = Evidence(),
        ["check data-randomization"] = [.. Evidence(), "--shuffled", "other"],
        ["evaluate insertion-deletion"] = Evidence(),
        ["evaluate sensitivity"] = Evidence(),
        ["evaluate infidelity"] = Evidence(),
        ["evaluate localization"] = [.. Evidence(), "--masks", "{pixels}"],
        ["evaluate all"] = Evidence(),
        ["evaluations list"] = [],
        ["evaluations watch"] = ["e"],
        ["evaluations cancel"] = ["e"],
        ["evaluations delete"] = ["e"],
        ["evaluations fetch"] = ["e", "--out", "{out}"],
        ["bench job"] = ["--model", "m"],
        ["bench latency"] = ["--model", "m"],
        ["bench evaluation"] = ["--model", "m"],
    };

    /// <summary>Gets the whole command line.</summary>
    /// <param name="command">The words of the command.</param>
    /// <param name="folder">Where it may write.</param>
    /// <param name="endpoint">The gateway.</param>
    public static string[] Line(string command, string folder, string endpoint) =>
        [.. command.Split(' '), .. All[command].Select(a => a.Replace("{out}", Path.Combine(folder, "out"), StringComparison.Ordinal).Replace("{pixels}", Pixels(folder), StringComparison.Ordinal)
            .Replace("{signed}", SignedFolder.Write(Path.Combine(folder, "signed")), StringComparison.Ordinal)), "--endpoint", endpoint];

    /// <summary>Writes images that the commands about evidence take, enough for minutes; returns their path.</summary>
    public static string Pixels(string folder)
    {
        var path = Path.Combine(folder, "pixels.npy");
        File.WriteAllBytes(path, Imaging.NpyFile.Write(new([50, 1, 28, 28], [.. Enumerable.Range(0, 50 * 28 * 28).Select(i => i % 7 / 7f)])));
        return path;
    }

    private static string[] Evidence() => ["--model", "m", "--input", "{pixels}", "--out", "{out}"];
}
