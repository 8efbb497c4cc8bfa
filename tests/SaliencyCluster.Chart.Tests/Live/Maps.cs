using System.Globalization;
using System.Net;
using SaliencyCluster.Cli;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Where a gateway is, and the key for it where it asks for one.</summary>
internal sealed record GatewayAt(IPEndPoint Address, string? Key = null)
{
    /// <summary>Gets the arguments of the command line that say it.</summary>
    public string[] Arguments => ["--endpoint", $"http://{Address}", .. Key is null ? Array.Empty<string>() : ["--api-key", Key]];
}

/// <summary>Calls <c>saliency</c> as a user would, and compares the bytes of maps.</summary>
internal static class Maps
{
    private static readonly string[] Request =
        ["--model", Repo.Model("mnist-cnn"), "--method", "smoothgrad", "--samples", "500", "--seed", "5"];

    /// <summary>Makes a folder of so many digits. Noise goes by an image's place in its job, so equal images have maps of their own.</summary>
    public static string Images(string folder, string name, int count)
    {
        var inputs = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        for (var i = 0; i < count; i++)
            File.Copy(Path.Combine(Repo.Root, "samples", "images", "mnist", $"digit-{i % 10}.png"), Path.Combine(inputs, string.Create(CultureInfo.InvariantCulture, $"image-{i:d3}.png")));
        return inputs;
    }

    /// <summary>Computes the maps in this process, without any cluster.</summary>
    public static async Task<string> LocalAsync(string images)
    {
        await SayAsync(["explain", "--local", .. Request, "--input", images, "--out", images + "-local"]);
        return images + "-local";
    }

    public static Task SubmitAsync(GatewayAt gateway, string id, string images) =>
        RepeatAsync(["jobs", "submit", .. gateway.Arguments, "--id", id, .. Request, "--input", images]);

    public static Task WatchAsync(GatewayAt gateway, string id) => RepeatAsync(["jobs", "watch", id, .. gateway.Arguments]);

    public static async Task<string> FetchAsync(GatewayAt gateway, string id, string folder)
    {
        var into = Path.Combine(folder, id + "-maps");
        await RepeatAsync(["jobs", "fetch", id, .. gateway.Arguments, "--out", into]);
        return into;
    }

    /// <summary>Fails unless every map is that of its image, to the byte.</summary>
    public static void AssertSame(string local, string maps, int count)
    {
        var found = Directory.GetFiles(maps, "smoothgrad.npy", SearchOption.AllDirectories);
        Assert.Equal(count, found.Length);
        var different = found.Where(file => !File.ReadAllBytes(Path.Combine(local, Path.GetRelativePath(maps, file))).AsSpan().SequenceEqual(File.ReadAllBytes(file)));
        Assert.Equal([], different.Order(StringComparer.Ordinal));
    }

    public static async Task<string> SayAsync(string[] arguments, int exit = 0)
    {
        var (code, text) = await TryAsync(arguments);
        Assert.True(code == exit, $"saliency {string.Join(' ', arguments)} ended with {code}:\n{text}");
        return text;
    }

    // As the message of code 5 says: call again. A job's id makes its submission one however often it is sent.
    private static Task RepeatAsync(string[] arguments) => Eventually.TrueAsync(async () =>
    {
        var (code, text) = await TryAsync(arguments);
        Assert.True(code is 0 or ExitCode.Unreachable, $"saliency {string.Join(' ', arguments)} ended with {code}:\n{text}");
        return code == 0;
    }, $"saliency {string.Join(' ', arguments)} ends with 0");

    private static async Task<(int Code, string Text)> TryAsync(string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = CliHost.OfThisProcess() with { Out = output, Error = error, ErrorIsTerminal = false, OutIsTerminal = false };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        var code = await SaliencyCommandLine.RunAsync(arguments, host, limit.Token);
        return (code, $"{output}{error}");
    }
}
