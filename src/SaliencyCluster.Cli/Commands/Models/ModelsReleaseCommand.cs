using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models release HASH</c>: lets a model be run again that ended processes.</summary>
internal sealed class ModelsReleaseCommand : CliCommand
{
    private readonly Argument<string> _model = new("HASH|NAME")
    {
        Description = "The first 12 or more digits of the model's SHA-256, or its name in the tenant of the API key.",
    };

    private readonly EndpointOption _endpoint = new();

    public ModelsReleaseCommand(CliHost host) : base("release", "Let a quarantined model be run again (role admin).", host)
    {
        Add(_model);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var released = await client.Models.ReleaseAsync(arguments.GetRequiredValue(_model), cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, new { released = ModelText.Json(released) });
        else host.Out.WriteLine($"Model {released.Sha256[..12]} is run again. Failed images of its jobs: saliency jobs retry ID");
        return ExitCode.Ok;
    }
}
