using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary><c>saliency keys list</c>: everything about the keys but their secrets, which nobody has.</summary>
internal sealed class KeysListCommand : CliCommand
{
    private readonly KeyFileOption _file = new();

    public KeysListCommand(CliHost host) : base("list", "List the keys of a file.", host) => Add(_file);

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (keys, now) = (KeyFile.Read(arguments.GetRequiredValue(_file)), host.Clock.GetUtcNow());
        if (host.Json) JsonPrinter.Print(host.Out, keys.Select(k => KeyText.Json(k, now)));
        else if (keys.Count == 0) host.Out.WriteLine("No keys yet. Make one: saliency keys create --help");
        else TablePrinter.Print(host, ["id", "tenant", "role", "state", "created", "expires", "limits", "weight"], keys.Select(k => new[]
        {
            k.Id, k.Tenant, KeyText.Role(k), KeyText.State(k, now), KeyText.Time(k.Created), KeyText.Time(k.Expires), KeyText.Limits(k), k.Weight.ToString(CultureInfo.InvariantCulture),
        }));
        return Task.FromResult(ExitCode.Ok);
    }
}
