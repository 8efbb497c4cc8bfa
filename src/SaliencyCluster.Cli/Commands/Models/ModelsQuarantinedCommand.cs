using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models quarantined</c>: what is not run any more, of every tenant.</summary>
internal sealed class ModelsQuarantinedCommand : CliCommand
{
    private readonly EndpointOption _endpoint = new();

    public ModelsQuarantinedCommand(CliHost host)
        : base("quarantined", "List models of all tenants that ended processes and are not run (role admin).", host) =>
        Add(_endpoint);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var models = await client.Models.ListQuarantinedAsync(cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, models.Select(ModelText.Json));
        else if (models.Count == 0) host.Out.WriteLine("No model is quarantined.");
        else TablePrinter.Print(host, ["SHA-256", "since", "processes ended", "the last time"], models.Select(m => new[]
        {
            m.Sha256[..16], m.Since.ToDateTimeOffset().ToString("u"), $"{m.Ended}", m.Last,
        }));
        return ExitCode.Ok;
    }
}
