using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models list</c>.</summary>
internal sealed class ModelsListCommand : CliCommand
{
    private readonly EndpointOption _endpoint = new();

    public ModelsListCommand(CliHost host) : base("list", "List every version of all models.", host) => Add(_endpoint);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var models = await client.Models.ListAsync(cancellation);
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, models.Select(m => new
            {
                m.Name, m.Version, m.Sha256, m.Size, addedAt = m.AddedAt.ToDateTimeOffset(), quarantine = ModelText.Json(m.Quarantine),
            }));
            return ExitCode.Ok;
        }
        if (models.Count == 0) host.Out.WriteLine("No models yet. Add one: saliency models add NAME FILE");
        else TablePrinter.Print(host, ["model", "size", "added", "SHA-256"], models.Select(m => new[]
        {
            $"{m.Name}:{m.Version}{(m.Quarantine is null ? "" : " (quarantined)")}", ModelText.Size(m.Size),
                m.AddedAt.ToDateTimeOffset().ToString("u"), m.Sha256[..16],
        }));
        return ExitCode.Ok;
    }
}
