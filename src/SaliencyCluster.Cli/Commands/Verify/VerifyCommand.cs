using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Verify;

/// <summary>
/// <c>saliency verify DIR</c>: whether results are those that a deployment signed, and with <c>--replay</c> whether they come out
/// again.
/// </summary>
internal sealed class VerifyCommand : CliCommand
{
    private const int MaxReplayed = 200, Shown = 20;

    private readonly Argument<string> _folder = new("DIR") { Description = "Folder that `saliency jobs fetch` wrote." };
    private readonly Option<string?> _key = new("--key")
    {
        Description = "The deployment's public key (PEM), known from elsewhere. Without it the key beside the results is taken, which "
            + "proves only that they belong together.",
        HelpName = "FILE",
    };
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Model file that must be the one that was explained.", HelpName = "FILE",
    };
    private readonly Option<int> _replay = new("--replay")
    {
        Description = $"Have the cluster explain N of the images again and compare the maps byte by byte: from 0 to {MaxReplayed}. "
            + "Needs the job, and devices of the same kind.",
        HelpName = "N",
    };
    private readonly EndpointOption _endpoint = new();

    public VerifyCommand(CliHost host) : base("verify", "Check results against the manifest that the deployment signed.", host)
    {
        Add(_folder);
        foreach (var option in (Option[])[_key, _model, _replay, _endpoint]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (folder, replayed) = (arguments.GetRequiredValue(_folder), arguments.GetValue(_replay));
        if (replayed is < 0 or > MaxReplayed)
            throw new SaliencyException("SAL2503", $"--replay is '{replayed}'.", $"It must be from 0 to {MaxReplayed}.");
        if (!Directory.Exists(folder))
            throw new SaliencyException("SAL2510", $"There is no folder '{folder}'.", "Give one that `saliency jobs fetch` wrote.");
        var trusted = arguments.GetValue(_key) is { } path ? KeyOf(path) : null;
        var check = ResultCheck.Of(folder, trusted);
        var differences = check.Differences.ToList();
        var explained = check.Manifest.ModelSha256;
        // As a cluster takes it: with the data that lie beside it.
        if (arguments.GetValue(_model) is { } model && ResultCheck.Hash(ModelFile.Pack(model)) is var hash && hash != explained)
            differences.Add(new(model, $"its SHA-256 is {ResultCheck.Short(hash)}, and {ResultCheck.Short(explained)} was explained"));
        var maps = 0;
        if (replayed > 0 && differences.Count == 0)
        {
            using var client = _endpoint.Connect(arguments, host.Clock);
            (maps, var found) = await JobReplay.RunAsync(
                client, check, replayed, text => host.Error.WriteLine($"note: {text}"), cancellation);
            differences.AddRange(found);
        }
        Report(host, check, trusted is not null, maps, differences);
        if (differences.Count == 0) return ExitCode.Ok;
        var count = differences.Count == 1 ? "1 difference" : $"{differences.Count} differences";
        throw new SaliencyException(
            "SAL2530", $"'{folder}' is not what was signed: {count}, first {differences[0].File}: {differences[0].What}.",
            "Fetch the job again into an empty folder and compare: saliency jobs fetch ID --out DIR");
    }

    private static void Report(CliHost host, ResultCheck check, bool pinned, int replayed, List<Difference> differences)
    {
        var manifest = check.Manifest;
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new
            {
                Verified = differences.Count == 0,
                Key = check.Key.Fingerprint,
                KeyIsTrusted = pinned,
                manifest.Job,
                manifest.Model,
                manifest.ModelSha256,
                check.Maps,
                Replayed = replayed,
                Differences = differences,
            });
            return;
        }
        var methods = string.Join(", ", manifest.Requests.Select(r => r["method"]));
        var unknown = pinned ? "" : " (from the folder itself: compare it with the deployment's, or give --key FILE)";
        var again = replayed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {replayed:N0} computed again") : "";
        host.Out.WriteLine($"job      {manifest.Job}: {manifest.State}, {manifest.Images} images, {methods}");
        host.Out.WriteLine($"model    {manifest.Model}, SHA-256 {manifest.ModelSha256}");
        host.Out.WriteLine($"key      {check.Key.Fingerprint}{unknown}");
        host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"maps     {check.Maps:N0} compared{again}"));
        foreach (var difference in differences.Take(Shown)) host.Out.WriteLine($"differs  {difference.File}: {difference.What}");
        if (differences.Count > Shown) host.Out.WriteLine($"differs  ... and {differences.Count - Shown} more");
        if (differences.Count == 0) host.Out.WriteLine("Every map and value is as it was signed.");
    }

    private static SigningKey KeyOf(string path)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("key", path);
        return SigningKey.FromPem(InputFile.Guarded(path, () => File.ReadAllText(path))) ?? throw new SaliencyException(
            "SAL2532", $"'{path}' holds no Ed25519 public key in PEM form.",
            "Give the manifest.pem of a fetched job, or what the operator of the deployment handed out.");
    }
}
