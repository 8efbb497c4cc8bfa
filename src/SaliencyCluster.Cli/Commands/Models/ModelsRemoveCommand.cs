using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models remove NAME</c>.</summary>
internal sealed class ModelsRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "name (every version) or name:version." };
    private readonly EndpointOption _endpoint = new();

    public ModelsRemoveCommand(CliHost host) : base("remove", "Remove a model; accepted jobs keep their copy.", host)
    {
        Add(_name);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var removed = await client.Models.RemoveAsync(arguments.GetRequiredValue(_name), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, new { removed });
        else host.Out.WriteLine($"Removed {string.Join(", ", removed)}.");
        return ExitCode.Ok;
    }
}
